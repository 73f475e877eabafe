"""The console's routes of what leaves the vault: erasures with their receipts, and exports."""

from google.cloud.firestore import Client

from lib import web
from lib.console import erasures, exports
from lib.console.changes import Desk
from lib.console.downscoped import Readers
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
        *erasures.routes(console, edge_config, desk, receipts, origin),
        *exports.routes(console, readers, desk, origin),
    ]
