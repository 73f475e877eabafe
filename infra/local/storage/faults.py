"""Failures on demand, so that tests of retries and crashes are real; and counts of calls."""

from collections import Counter
from dataclasses import dataclass

from infra.local.storage.errors import invalid
from infra.local.wire.messages import Json

CUT_BEFORE = "cut-before"
CUT_AFTER = "cut-after"
_CUTS = (CUT_BEFORE, CUT_AFTER)


@dataclass
class Fault:
    """One armed failure.

    Args: count: how often it strikes; -1 for always. status: an HTTP status, `cut-before` (nothing
    is done), `cut-after` (it is done, but the answer is lost), or 0 for a delay alone. delay_ms:
    waited before anything else. method: `objects.insert`, or `insert` for short; empty for all.
    bucket: only there. prefix: of the object's name. skip: how many matching calls pass first.
    """

    count: int = 1
    status: int | str = 0
    delay_ms: float = 0
    method: str = ""
    bucket: str = ""
    prefix: str = ""
    skip: int = 0

    @classmethod
    def of(cls, document: Json) -> "Fault":
        """Raises: Problem: 400, a field is unknown or out of range."""
        try:
            fault = cls(**document)
        except TypeError as error:
            raise invalid(str(error)) from error
        if isinstance(fault.status, str) and fault.status not in _CUTS:
            raise invalid(f"status is a number or one of {_CUTS}")
        return fault

    def fits(self, operation: str, fields: dict[str, str], name: str) -> bool:
        """Whether it is meant for this call."""
        return (
            self.count != 0
            and self.method in ("", operation, operation.partition(".")[2])
            and self.bucket in ("", fields.get("bucket", ""))
            and name.startswith(self.prefix)
        )


class Faults:
    """The armed failures, the oldest first, and the counts."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self.counts: Counter[str] = Counter()

    def arm(self, fault: Fault) -> None:
        """Add one."""
        self._armed.append(fault)

    def clear(self) -> None:
        """Disarm all, and count from zero."""
        self._armed.clear()
        self.counts.clear()

    def strike(self, operation: str, fields: dict[str, str], name: str) -> list[Fault]:
        """Count a call, and take what strikes it: at most one failure, and every delay."""
        self.counts[operation] += 1
        struck: list[Fault] = []
        for fault in self._armed:
            if not fault.fits(operation, fields, name):
                continue
            if fault.status and any(other.status for other in struck):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.count -= 1 if fault.count > 0 else 0
            struck.append(fault)
        return struck
