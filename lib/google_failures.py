"""Which failures of Google's clients pass by themselves, whichever transport raised them."""

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core.exceptions import (
    Aborted,
    DeadlineExceeded,
    GoogleAPICallError,
    RetryError,
    ServerError,
    TooManyRequests,
)
from google.auth.exceptions import RefreshError, TransportError
from requests.exceptions import ConnectionError, Timeout

from lib.errors import Unavailable

# A permission that is missing passes once an operator grants it, so operations wait for that too.
PASSING = (GoogleAPICallError, RetryError, TransportError, RefreshError, ConnectionError, Timeout)
AWAY = (
    Aborted,
    ServerError,
    DeadlineExceeded,
    TooManyRequests,
    RetryError,
    TransportError,
    RefreshError,
    ConnectionError,
    Timeout,
)


@contextmanager
def as_unavailable() -> Iterator[None]:
    """Turn a failure of the service behind us into a refusal that may be sent again.

    Raises: Unavailable.
    """
    try:
        yield
    except AWAY:
        raise Unavailable("a service behind this one did not answer", retry_after_s=2) from None
