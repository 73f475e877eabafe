"""Coarse device facts from a User-Agent: enough to recognise a visit, too little to follow one.

Source: RFC 9110 section 10.1.5; the reduced forms that Chromium, Firefox and Safari send today.
"""

import re
from functools import lru_cache
from typing import NamedTuple

MAX_USER_AGENT_CHARS = 512  # today's are under 200; the rest is not read

# In order: a browser that names another one for compatibility comes before it.
BROWSERS = (
    ("Edge", re.compile(r"Edg(?:A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"OPR/(\d+)")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/(\d+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"(?:Headless)?(?:Chrome|CriOS)/(\d+)")),
    ("Safari", re.compile(r"Version/(\d+)[\d.]* (?:Mobile/\w+ )?Safari/")),
)
SYSTEMS = (
    ("iOS", re.compile(r"iPhone|iPad|iPod")),
    ("Android", re.compile(r"Android")),
    ("Windows", re.compile(r"Windows NT")),
    ("macOS", re.compile(r"Mac OS X")),
    ("ChromeOS", re.compile(r"CrOS")),
    ("Linux", re.compile(r"Linux|X11")),
)
TABLET = re.compile(r"iPad|Tablet|Android(?!.*Mobile)")
PHONE = re.compile(r"iPhone|iPod|Mobile")
OTHER = "Other"


class Device(NamedTuple):
    """For example `Chrome 131`, `macOS`, `desktop`."""

    browser: str
    os: str
    kind: str


def describe(user_agent: str) -> Device:
    """Return what `user_agent` (untrusted) says, `Other` where it says nothing known."""
    return _described(user_agent[:MAX_USER_AGENT_CHARS])


@lru_cache(maxsize=256)  # a visitor's batches all say the same; 128 KiB at most
def _described(text: str) -> Device:
    browser = OTHER
    for name, pattern in BROWSERS:
        if found := pattern.search(text):
            browser = f"{name} {found[1][:4]}"
            break
    system = next((name for name, pattern in SYSTEMS if pattern.search(text)), OTHER)
    kind = "tablet" if TABLET.search(text) else "phone" if PHONE.search(text) else "desktop"
    return Device(browser, system, kind)
