"""Errands: the resealer's access to one bucket, given, taken and put on record."""

from collections.abc import Callable

from google.cloud.firestore import Client

from lib.audit import Audit, Detail
from lib.identifiers import RandomBytes
from lib.operations import Operation
from lib.vault.bucket_grants import BucketGrants


class Errands:
    """What every operation does that sends the resealer into a bucket."""

    def __init__(
        self,
        console: Client,
        grants: BucketGrants,
        *,
        clock: Callable[[], float],
        random: RandomBytes,
    ) -> None:
        """Keep the client of the `console` database. Args: clock: Unix seconds."""
        self._console = console
        self._grants = grants
        self._clock = clock
        self._random = random

    def begin(self, operation: Operation, bucket: str) -> None:
        """Put the access on the tenant's record, then give it."""
        self.record(operation, "resealer_granted", {"kind": operation.kind})
        self._grants.grant(bucket, operation.id, self._clock())

    def end(self, operation: Operation, bucket: str) -> None:
        """Take the access away, then say so."""
        self._grants.revoke(bucket, operation.id)
        self.record(operation, "resealer_revoked", {"kind": operation.kind})

    def record(self, operation: Operation, action: str, detail: Detail) -> None:
        """Write one audit entry of `operation`: of each action at most one."""
        Audit(self._console, operation.tenant, random=self._random).append(
            actor=str(operation.input.get("by", "operator")),
            action=action,
            subject=operation.id,
            now=self._clock(),
            detail=detail,
            once=f"{operation.id}-{action}",
        )
