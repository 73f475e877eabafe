"""The console's outcomes: batches stored, masked further, repeated, refused; handshakes refused."""

import re

from google.cloud.firestore import Client
from starlette.requests import Request
from starlette.responses import Response

from lib import web
from lib.console import outcome_reports
from lib.console.changes import Desk
from lib.console.outcome_reports import OutcomeReports, Sum
from lib.errors import Malformed
from lib.refusal_sums import RefusalReports
from lib.sdk_keys import SdkKeys

DAYS = re.compile(r"[0-9]{1,2}", re.ASCII)  # int() refuses thousands of digits by a crash


class OutcomeBoard:
    """The handler that shows outcomes: counts alone, so every role may read them."""

    def __init__(self, edge_config: Client, index: Client, desk: Desk) -> None:
        """Keep the clients of the two databases."""
        self._edge_config = edge_config
        self._index = index
        self._desk = desk

    def shown(self, request: Request) -> Response:
        """Answer `GET /v1/outcomes`."""
        visit = self._desk.visit(request)
        asked = request.query_params.get("days", str(outcome_reports.DEFAULT_DAYS))
        if not DAYS.fullmatch(asked) or not 1 <= int(asked) <= outcome_reports.MAX_DAYS:
            raise Malformed(f"`days`: 1 to {outcome_reports.MAX_DAYS}")
        reports = OutcomeReports(self._index, visit.tenant.id, clock=self._desk.clock)
        days = reports.days(int(asked))
        sums = {(each.day, each.key): each for each in reports.sums(int(asked))}
        handshakes = RefusalReports(self._edge_config, visit.tenant.id).days(days)
        for name in handshakes:
            sums.setdefault(name, Sum(*name))
        labels: dict[str, str] = {
            key.id: key.draft.label
            for key in SdkKeys(self._edge_config, visit.tenant.id, clock=self._desk.clock).listed()
        }
        return web.json_response(
            {
                "days": days,
                "rows": [
                    {
                        **{"day": name[0], "key": name[1], **sums[name].counts},
                        "refused": sums[name].refused,
                        "handshakes": handshakes.get(name, {}),
                    }
                    for name in sorted(sums)
                ],
                "keys": [
                    {"id": key, "label": labels.get(key)}
                    for key in sorted({key for _, key in sums})
                ],
            }
        )
