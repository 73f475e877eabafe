"""A visitor who shops: looks around, fills a cart, types secrets into the checkout."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page

# Between two keys, ms: typing that is seen in the replay but does not take a test's whole time.
KEY_DELAY_MS = 25


@dataclass
class Visit:
    """What the visitor did, to compare a recording with."""

    paths: list[str] = field(default_factory=list)  # in order, as shown
    cart: list[tuple[str, int]] = field(default_factory=list)  # name and quantity of each row
    secrets: dict[str, str] = field(default_factory=dict)  # field's name -> what was typed


def invent_secrets() -> dict[str, str]:
    """Return what to type into each field of the checkout, different at every visit."""
    mark = secrets.token_hex(4)
    digits = "".join(str(secrets.randbelow(10)) for _ in range(6))
    return {
        "name": f"Wilhelmina Quax{mark}",
        "email": f"w.quax{mark}@mail.example",
        "password": f"hunter-{mark}-Zebra!",
        "address": f"{mark} Larkspur Terrace 17",
        "postcode": f"ZQ{digits}",
        "city": f"Ardnaquill{mark}",
        "card": f"4242 4242 {digits[:4]} {digits[2:]}",
        "expiry": "11 / 39",
        "cvc": digits[:3],
    }


class Shopper:
    """Drives one page of a browser."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.base_url = base_url
        self.visit = Visit()

    def saw(self) -> None:
        """Note the path that is shown, unless it is the one before."""
        path = urlsplit(self.page.url).path
        if self.visit.paths[-1:] != [path]:
            self.visit.paths.append(path)

    def click(self, selector: str) -> None:
        """Move the pointer to an element, click it, note where that led."""
        target = self.page.locator(selector).first
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        if box:
            centre = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            self.page.mouse.move(*centre, steps=12)
        target.click()
        self.saw()

    def look_around(self) -> None:
        """Open the shop, look at a category, scroll, search."""
        self.page.goto(self.base_url)
        self.saw()
        self.click("text=Browse the shop")
        self.click(".tabs >> text=Bowls")
        self.page.mouse.wheel(0, 500)
        self.page.mouse.wheel(0, -500)
        self.page.locator("input[name=q]").press_sequentially("mug", delay=KEY_DELAY_MS)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/shop?q=mug")
        self.saw()

    def fill_cart(self) -> None:
        """Put two products into the cart, one of them twice."""
        self.click("text=Meadow mug")
        self.click("text=Add to cart")
        self.page.get_by_label("Quantity of Meadow mug").fill("2")
        self.page.keyboard.press("Tab")
        self.page.locator(".count", has_text="2").wait_for()
        self.click(".brand")
        self.click(".grid >> text=Quiet teapot")
        self.click("text=Add to cart")
        for row in self.page.locator(".cart-row").all():
            name = row.locator("div > a").inner_text()
            self.visit.cart.append((name, int(row.locator("input").input_value())))

    def check_out(self) -> None:
        """Type a secret into every field, place the order, break something."""
        self.click("text=Check out")
        self.visit.secrets = invent_secrets()
        for name, secret in self.visit.secrets.items():
            target = self.page.locator(f"input[name={name}]")
            target.click()
            target.press_sequentially(secret, delay=KEY_DELAY_MS)
        self.click("text=Place the order")
        self.page.locator(".thanks").wait_for()
        self.saw()
        self.click("#break")

    def linger(self, until: float) -> None:
        """Wander through the shop until `until` (monotonic seconds)."""
        categories = ["Cups", "Plates", "Vases", "Pouring"]
        self.click("text=Keep looking")
        while time.monotonic() < until:
            self.click(f".tabs >> text={categories[0]}")
            categories.append(categories.pop(0))
            self.page.mouse.wheel(0, 300)
            self.page.wait_for_timeout(700)


def shop(page: Page, base_url: str, seconds: float = 0) -> Visit:
    """Shop like a person for at least `seconds`, and return what was done."""
    until = time.monotonic() + seconds
    shopper = Shopper(page, base_url)
    shopper.look_around()
    shopper.fill_cart()
    shopper.check_out()
    if time.monotonic() < until:
        shopper.linger(until)
    return shopper.visit
