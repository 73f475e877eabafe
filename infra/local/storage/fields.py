"""The metadata of an object that a client may set.

Source: https://docs.cloud.google.com/storage/docs/json_api/v1/objects
"""

from infra.local.storage.errors import invalid
from infra.local.wire.clocks import unix_ms
from infra.local.wire.messages import Json

WRITABLE = (
    "cacheControl",
    "contentDisposition",
    "contentEncoding",
    "contentLanguage",
    "contentType",
    "customTime",
    "metadata",
)


def check_custom_time(resource: Json) -> None:
    """Refuse a custom time that is no time. Raises: Problem: 400."""
    if "customTime" in resource:
        try:
            unix_ms(resource["customTime"])
        except ValueError as error:
            raise invalid("Invalid customTime.") from error
