"""Faults on demand, so that a test can see how a caller takes a slow, failing or cut Firestore."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.firestore.errors import Code, Refused, invalid

CUT_BEFORE, CUT_AFTER = "cut-before", "cut-after"
FOREVER = -1
STATUSES = {429: Code.RESOURCE_EXHAUSTED, 503: Code.UNAVAILABLE}


@dataclass(slots=True)
class Fault:
    """What happens to the next `left` REST requests whose method ends in `method`.

    `status` is 429 or 503 (refused, nothing done), cut-before (the connection breaks, nothing
    done), cut-after (done, then it breaks), or None with only a delay.
    """

    left: int
    status: int | str | None
    delay_ms: int
    method: str

    def refusal(self) -> Refused | None:
        """Return the refusal to answer with, if this fault is one."""
        if not isinstance(self.status, int):
            return None
        return Refused(STATUSES[self.status], "The stand-in was told to refuse this request.")


class Faults:
    """The faults that wait for a request, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, asked: Mapping[str, Any]) -> None:
        """Arm a fault.

        Args: asked: {"count", "status", "delay_ms", "method"}; a count of -1 lasts until cleared.
        Raises: Refused: INVALID_ARGUMENT.
        """
        defaults = {"count": 1, "status": None, "delay_ms": 0, "method": ""}
        fault = {**defaults, **asked}
        if fault.keys() != defaults.keys():
            raise invalid(f"A fault has {', '.join(defaults)}.")
        if fault["status"] not in (None, CUT_BEFORE, CUT_AFTER, *STATUSES):
            raise invalid(f"A fault's status is one of 429, 503, {CUT_BEFORE}, {CUT_AFTER}.")
        if not isinstance(fault["count"], int) or not isinstance(fault["delay_ms"], int):
            raise invalid("A fault's count and delay_ms are whole numbers.")
        if fault["count"]:
            self._waiting.append(
                Fault(fault["count"], fault["status"], fault["delay_ms"], str(fault["method"]))
            )

    def clear(self) -> None:
        """Forget every fault."""
        self._waiting.clear()

    def take(self, method: str) -> Fault | None:
        """Return the fault that hits a request, and count it down."""
        for fault in self._waiting:
            if method.endswith(fault.method):
                if fault.left != FOREVER:
                    fault.left -= 1
                self._waiting = [each for each in self._waiting if each.left]
                return fault
        return None
