"""`make leaks`: the corpus and generated pages under both recorders, and the table of leaks."""

import argparse
import secrets
import sys

from infra.local.chromium import launch
from tests.privacy.arenas import open_arena
from tests.privacy.canaries import Canaries
from tests.privacy.generators import pages_of, random_pages
from tests.privacy.sites import Site, corpus_pages, open_site
from tests.privacy.surveys import survey
from tests.privacy.taps import open_tap

RANDOM_PAGES = 30  # after the corpus


def main() -> int:
    """Survey, print, and say by the exit code whether anything leaked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    parser.add_argument("--random", type=int, default=RANDOM_PAGES, help="random pages")
    parser.add_argument("--only", nargs="*", help="these pages and no others")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    site = Site(Canaries(arguments.seed), pages_of(arguments.seed))
    names = arguments.only or corpus_pages() + random_pages(arguments.random)
    with open_arena() as arena, open_site(site), launch() as browser:
        tenant = arena.tenant("quiet", [site.url])
        site.key = tenant.key
        with open_tap(arena.stack.url("handshake"), arena.stack.url("ingest")) as tap:
            site.endpoint = tap.url
            result = survey(arena, tenant, browser, site, tap, names, print)
    print(result.table())
    leaks = [
        f"{column} {leak}"
        for column in result.found
        if column != "unmasked"
        for leak in result.leaks(column)
    ]
    for line in [*result.troubles, *leaks]:
        print(line)
    return 1 if leaks or result.troubles else 0


if __name__ == "__main__":
    sys.exit(main())
