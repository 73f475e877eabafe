"""The guillotine: kills a worker after its n-th external call, whose answer is lost."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.storage._bucket_metadata_cache import BucketMetadataCache


class Killed(BaseException):
    """Stands for the process dying at once: nothing in lib may catch it."""


class Guillotine:
    """Counts calls to Firestore, Cloud Storage, Cloud KMS and IAM, whichever client makes them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left: int | None = None
        # What the storage client asks for by itself, in threads of its own, is no call of ours.
        for name in ("get_or_queue_fetch", "check_and_evict"):
            monkeypatch.setattr(BucketMetadataCache, name, lambda *_: None)
        for owner, name in (
            (FirestoreClient, "commit"),
            (FirestoreClient, "batch_get_documents"),
            (FirestoreClient, "begin_transaction"),
            (FirestoreClient, "run_query"),
            (FirestoreClient, "rollback"),
            (requests.Session, "request"),
        ):
            monkeypatch.setattr(owner, name, self._guard(getattr(owner, name)))

    def _guard(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if self.left == 0:
                raise Killed
            answer = call(*args, **kwargs)
            if self.left is not None:
                self.left -= 1
                if self.left == 0:
                    raise Killed
            return answer

        return guarded

    def survived(self, calls: int, work: Callable[[], object]) -> bool:
        """Do `work`, killed after `calls` external calls; say whether it ended before that."""
        self.left = calls
        try:
            work()
        except (Killed, ValueError):  # the client's own clean-up hides a kill behind the latter
            return False
        finally:
            self.left = None
        return True
