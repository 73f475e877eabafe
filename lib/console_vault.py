"""The console's routes of what leaves the vault: erasures with their receipts, and exports."""

from google.cloud.firestore import Client

from lib import console_erasures, console_exports, web
from lib.changes import Desk
from lib.downscoped import Readers
from lib.receipts import Receipts


def routes(
    console: Client,
    edge_config: Client,
    readers: Readers,
    desk: Desk,
    receipts: Receipts,
    origin: str,
) -> list[web.Route]:
    """Return the table; orders come from `origin` alone."""
    return [
        *console_erasures.routes(console, edge_config, desk, receipts, origin),
        *console_exports.routes(console, readers, desk, origin),
    ]
