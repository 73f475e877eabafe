"""A visitor: opens each page, types into every field, presses, lets the page act, and leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from playwright.sync_api import Error, FilePayload, Frame, Locator, Page

from tests.privacy.canaries import Canaries
from tests.privacy.sites import Site
from tests.privacy.taps import Tap

READY_MS = 30_000
TYPED_BY_KEYS = 2  # fields of a page that get one key after the other; the others get it at once
ACT_MS = 5_000

READY = "() => (recorder.ready ? recorder.ready() : recorder.sessionUrl() !== null)"
# Observers, timers and two frames: what a recorder does of its own accord has been done by then.
SETTLE = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
  () => setTimeout(done, 0))))"""
ACT = """async () => {
  for (const act of window.acts ?? []) {
    await act();
    await new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
  }
}"""
FIELDS = "input, textarea, [contenteditable]:not([contenteditable=false])"
# What a field takes, by its type; a type that is not here takes no text.
FORMS = {
    "": "{}",
    "text": "{}",
    "search": "{}",
    "password": "{}",
    "email": "{}@mail.example",
    "url": "https://{}.example/{}",
    "textarea": "Dear {}",
    "editable": "Dear {}",
}


@dataclass
class Visitor:
    """One browser page in the hands of a visitor, recorded by `recorder`."""

    page: Page
    recorder: str
    site: Site
    tap: Tap
    troubles: list[str]

    @property
    def canaries(self) -> Canaries:
        """Return what this visitor plants."""
        return self.site.canaries

    def visit(self, name: str, before_leaving: Callable[[Page], None] = lambda _: None) -> None:
        """Do everything that there is to do on a page, and leave when it was sent."""
        ended = self.tap.of(self.recorder).finals
        self.page.goto(self._address(name), wait_until="load")
        self.page.wait_for_function(READY, timeout=READY_MS)
        self._type(name)
        for target in self.page.locator("[data-press]").all():
            target.click(force=True)
        try:
            self.page.evaluate(ACT)
        except Error as error:
            self.troubles.append(f"{name}: {error.message}")
        before_leaving(self.page)
        self.page.evaluate(SETTLE)
        self.page.evaluate("() => void recorder.stop()")
        self.tap.wait(self.recorder, ended + 1)

    def _address(self, name: str) -> str:
        def secret(kind: str, place: str) -> str:
            return self.canaries.plant(kind, name, f"address/{place}")

        return (
            f"{self.site.url}/{self.recorder}/{name}/{secret('secret', 'path')}"
            f"/{secret('number', 'path-number')}/{quote(secret('email', 'path-email'))}"
            f"?q={secret('name', 'query')}&token={secret('secret', 'query-token')}"
            f"#{secret('secret', 'hash')}"
        )

    def _type(self, name: str) -> None:
        turn = 0
        for frame in self.page.frames:
            for field in self._fields(frame):
                turn += 1
                try:
                    self._fill(field, name, turn)
                except Error as error:
                    self.troubles.append(f"{name}, field {turn}: {error.message}")

    def _fields(self, frame: Frame) -> list[Locator]:
        found = frame.locator(FIELDS).all() if frame.url != "about:blank" else []
        return [each for each in found if each.is_visible()]

    def _fill(self, field: Locator, name: str, turn: int) -> None:
        kind: str = field.evaluate(
            "e => e.readOnly || e.disabled ? 'none' : e.isContentEditable ? 'editable' : e.type"
        )
        if kind in ("checkbox", "radio"):
            # By the page's own means: a random page may put a field where no pointer gets.
            field.evaluate("each => { each.checked || each.click(); }")
        elif kind == "file":
            secret = self.canaries.plant("secret", name, "typed/file-name", turn)
            field.set_input_files(
                FilePayload(name=f"{secret}.pdf", mimeType="application/pdf", buffer=b"%PDF")
            )
        elif kind == "tel":
            self._enter(field, self.canaries.plant("number", name, "typed/tel", turn), turn)
        elif kind == "number":
            self._enter(field, self.canaries.plant("number", name, "typed/number", turn), turn)
        elif kind in FORMS:
            secret = self.canaries.plant("secret", name, f"typed/{kind}", turn)
            self._enter(field, FORMS[kind].replace("{}", secret), turn)

    def _enter(self, field: Locator, text: str, turn: int) -> None:
        field.focus()
        if turn <= TYPED_BY_KEYS:
            self.page.keyboard.type(text)
        else:
            self.page.keyboard.insert_text(text)
