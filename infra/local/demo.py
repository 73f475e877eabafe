"""The visit of `make demo`: a headless browser shops for half a minute; its session is found."""

import json
import time
import urllib.request
from http.cookiejar import CookieJar

from demo.shopper import shop as go_shopping
from infra.local.chromium import launch
from infra.local.processes import StartFailed
from infra.local.stack import Stack
from infra.local.terminal import ANSWER_S, say

SHOP_S = 30
LISTED_S = 30.0
POLL_S = 0.5


def link_to_a_visit(stack: Stack, shop: str, email: str, password: str) -> str:
    """Shop, wait until the console lists the visit, and return its link.

    Raises: StartFailed: the visit did not show up.
    """
    say(f"a browser shops for {SHOP_S} s")
    with launch() as browser:
        page = browser.new_page()
        go_shopping(page, shop, SHOP_S)
        link = page.evaluate("Sealtape.sessionUrl()")
        page.goto("about:blank")  # as a visitor leaves: the last events are sent now
    wait_until_listed(stack, str(link), email, password)
    return str(link)


def wait_until_listed(stack: Stack, link: str, email: str, password: str) -> None:
    """Sign in as the owner and ask for the list until it holds the session of `link`."""
    console = stack.url("console_api")
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    body = json.dumps({"email": email, "password": password}).encode()
    headers = {"Content-Type": "application/json", "Origin": console}
    request = urllib.request.Request(f"{console}/v1/sign-in", body, headers, method="POST")
    with opener.open(request, timeout=ANSWER_S) as answer:
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
    until = time.monotonic() + LISTED_S
    while time.monotonic() < until:
        listing = urllib.request.Request(f"{console}/v1/sessions", headers={"Cookie": cookie})
        with urllib.request.urlopen(listing, timeout=ANSWER_S) as answer:
            if any(link.endswith(row["id"]) for row in json.load(answer)["sessions"]):
                return
        time.sleep(POLL_S)
    raise StartFailed("the visit did not show up in the console")
