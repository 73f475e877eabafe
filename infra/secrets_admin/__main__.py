"""What infra/cloud/*.sh ask about secrets: who reads them, first versions, what to pin."""

import argparse
import os
import sys

from infra import rotation_cloud
from infra.secrets_admin import contents
from infra.secrets_admin.store import GOOGLE_URL


def readers() -> str:
    """Return a line for each secret: its name, then the accounts that may read it."""
    return "\n".join(
        " ".join(
            [name]
            + [
                function.replace("_", "-")
                for function, uses in contents.USES.items()
                if name in uses.values()
            ]
        )
        for name in contents.NAMES
    )


def pins(function: str, project: str, region: str, url: str) -> str:
    """Return the value of --set-secrets: the versions that are deployed, else the newest.

    A newer key may lie there unpublished: only a rotation may let it sign.
    """
    if not contents.USES[function]:
        return ""
    chosen = contents.newest(rotation_cloud.secrets(project, url), function)
    services = rotation_cloud.CloudRun(project, region)
    if services.serves(function):
        for variable, number in services.pinned(function).items():
            if variable in chosen:
                chosen[variable] = chosen[variable][0], number
    return rotation_cloud.pin_text(chosen)


def main() -> None:
    """Answer one question, or make the first versions."""
    parser = argparse.ArgumentParser(prog="infra.secrets_admin", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("readers")
    seed, pin = commands.add_parser("seed"), commands.add_parser("pins")
    pin.add_argument("function", choices=contents.USES)
    pin.add_argument("--region", required=True)
    for each in (seed, pin):
        each.add_argument("--project", required=True)
    arguments = parser.parse_args()
    url = os.environ.get("SECRET_MANAGER_URL", GOOGLE_URL)
    if arguments.command == "readers":
        print(readers())
    elif arguments.command == "seed":
        contents.seed(rotation_cloud.secrets(arguments.project, url), contents.fresh())
    else:
        print(pins(arguments.function, arguments.project, arguments.region, url))


if __name__ == "__main__":
    try:
        main()
    except (rotation_cloud.CommandFailed, LookupError) as failure:
        sys.exit(str(failure))
