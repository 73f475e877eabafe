"""The metadata paths that google-auth asks, for one service account.

Source: https://docs.cloud.google.com/compute/docs/metadata/predefined-metadata-keys
"""

from infra.local.identity.projects import HOME_PROJECT, PROJECT_NUMBER
from infra.local.identity.tokens import TOKEN_TTL_S, issue
from infra.local.metadata.identities import Signer
from infra.local.sts.exchanges import exchange
from infra.local.sts.impersonations import Impersonations
from infra.local.wire.messages import Answer, Json, Request

_ROOT = "/computeMetadata/v1/"
_ACCOUNTS = "instance/service-accounts/"
_SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
_FLAVOR = {"Metadata-Flavor": "Google"}

# Where a Cloud Run function in this region would find itself.
_REGION = f"projects/{PROJECT_NUMBER}/regions/europe-west1"


class MetadataServer:
    """One account's port. It also serves the token exchange and the keys of identity tokens."""

    def __init__(self, account: str, signer: Signer, impersonations: Impersonations) -> None:
        self._account = account
        self._signer = signer
        self._impersonations = impersonations
        self._texts = {
            "project/project-id": HOME_PROJECT,
            "project/numeric-project-id": PROJECT_NUMBER,
            "instance/region": _REGION,
            "universe/universe-domain": "googleapis.com",
        }

    async def handle(self, request: Request) -> Answer:
        """Answer one request. Metadata needs its header, so that a browser cannot be led here."""
        if request.method == "POST":
            return self._post(request)
        if request.path == "/oauth2/v3/certs":
            return Answer.of(self._signer.jwks())
        if request.path == "/":
            return _text("computeMetadata/\n")
        if request.headers.get("metadata-flavor") != "Google" or (
            "x-forwarded-for" in request.headers
        ):
            return _text("Missing Metadata-Flavor:Google header.", 403)
        if not request.path.startswith(_ROOT) or request.method != "GET":
            return _text("not found", 404)
        return self._metadata(request, request.path.removeprefix(_ROOT))

    def _post(self, request: Request) -> Answer:
        if request.path == "/v1/token":
            return exchange(request)
        return self._impersonations.handle(request)

    def _metadata(self, request: Request, path: str) -> Answer:
        if path in self._texts:
            return _text(self._texts[path])
        if path == _ACCOUNTS:
            return _text(f"default/\n{self._account}/\n")
        owner, _, what = path.removeprefix(_ACCOUNTS).partition("/")
        if not path.startswith(_ACCOUNTS) or owner not in ("default", self._account):
            return _text("not found", 404)
        if what == "token":
            token = issue(self._account)
            return _json({"access_token": token, "expires_in": TOKEN_TTL_S, "token_type": "Bearer"})
        if what == "identity":
            return self._identity(request.query)
        return self._about(what, request.query)

    def _identity(self, query: dict[str, str]) -> Answer:
        audience = query.get("audience")
        if not audience:
            return _text("non-empty audience parameter required", 400)
        full = query.get("format") == "full"
        return _text(self._signer.sign(self._account, audience, full=full))

    def _about(self, what: str, query: dict[str, str]) -> Answer:
        if what == "" and query.get("recursive") == "true":
            return _json({"aliases": ["default"], "email": self._account, "scopes": _SCOPES})
        texts = {
            "": "aliases\nemail\nidentity\nscopes\ntoken\n",
            "aliases": "default\n",
            "email": self._account,
            "scopes": "\n".join(_SCOPES) + "\n",
        }
        return _text(texts[what]) if what in texts else _text("not found", 404)


def _text(text: str, status: int = 200) -> Answer:
    return Answer(status, text.encode(), {"Content-Type": "application/text", **_FLAVOR})


def _json(document: Json) -> Answer:
    answer = Answer.of(document)
    return Answer(200, answer.body, {"Content-Type": "application/json", **_FLAVOR})
