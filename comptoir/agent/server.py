"""Speaking to the server: one question, one file; what came back, or why nothing did."""

import http.client
import json
import ssl
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode

import truststore

from comptoir.agent.home import Config
from comptoir.agent.spool import Waiting

TIMEOUT_SECONDS = 30.0
LARGEST_BYTES = 20 * 1024 * 1024
"""What the server takes of one file, gzipped."""
_LARGEST_ANSWER = 1024 * 1024
_TRY_LATER = frozenset({408, 423, 425, 429})
_NOT_OURS = {401: "token", 403: "token", 404: "shop"}
_CERTIFICATES = {
    # OpenSSL (x509_vfy.h)
    9: "date",
    10: "date",
    62: "name",
    64: "name",
    # Windows (CERT_E_EXPIRED, CERT_E_CN_NO_MATCH)
    0x800B0101: "date",
    0x800B010F: "name",
    # macOS (SecBase.h)
    -67818: "date",
    -67819: "date",
    -67602: "name",
}
"""What a system's verification found; anything else: nobody that this PC trusts vouches."""


class Unsent(Exception):
    """Nothing came of it now, and the file waits: `why` is `offline`, `busy`, `token`, `shop`,
    `address` or `certificate`; `seconds` is how long the server asks to wait. Of a certificate,
    `detail` is what is wrong with it: a word of `_CERTIFICATES`."""

    def __init__(self, why: str, detail: str = "", seconds: float = 0.0) -> None:
        super().__init__(f"{why}: {detail}")
        self.why = why
        self.detail = detail
        self.seconds = seconds


class Refused(Exception):
    """The server will never take this file: `detail` says why, in the reader's language."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer with the server's clock: seconds since 1970, how precise, how long it took, and by
    this PC's steady clock when it was here."""

    body: dict[str, Any]
    now: float
    precision: float
    took: float
    at: float


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: a hotel's sign-in page must see neither the token nor a file."""

    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401
        return None


class Server:
    """The Comptoir that the shop's agent sends to."""

    def __init__(
        self,
        config: Config,
        language: str,
        timeout: float = TIMEOUT_SECONDS,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base = f"{config.url.rstrip('/')}/api/v1/shops/{quote(config.shop, safe='')}/files"
        self._headers = {
            "Authorization": f"Bearer {config.token}",
            "Accept-Language": language,
            "Accept": "application/json",
            "User-Agent": "comptoir-agent",
        }
        self._timeout = timeout
        self._steady = steady
        secure = urllib.request.HTTPSHandler(context=_trusting(config.certificate))
        self._opener = urllib.request.build_opener(_StayHere, secure)

    def ask(self) -> Heard:
        """Ask which shop the token is for. Raises `Unsent`."""
        try:
            return self._exchange(urllib.request.Request(self._base, headers=self._headers))  # noqa: S310
        except Refused as error:
            raise Unsent("address", error.detail) from error

    def send(self, one: Waiting, copy: Path, moment: float) -> Heard:
        """Send a file, its gzipped copy as it is. Raises `Unsent`, or `Refused` for good."""
        written = datetime.fromtimestamp(moment, UTC).isoformat()
        values = {"name": one.name, "written": written, "mode": one.mode, "format": one.format}
        query = urlencode({name: value for name, value in values.items() if value})
        headers = self._headers | {
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "gzip",
            "Content-Length": str(copy.stat().st_size),
            "Idempotency-Key": one.key,
        }
        with copy.open("rb") as body:
            return self._exchange(
                urllib.request.Request(  # noqa: S310
                    f"{self._base}?{query}", data=body, headers=headers, method="POST"
                )
            )

    def _exchange(self, request: urllib.request.Request) -> Heard:
        began = self._steady()
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                return _understood(answer, began, self._steady())
        except HTTPError as error:
            with error:
                raise _meaning(error.code, error, error.headers.get("Retry-After")) from None
        except (OSError, http.client.HTTPException) as error:
            found = getattr(error, "reason", error)
            if isinstance(found, ssl.SSLCertVerificationError):
                wrong = _CERTIFICATES.get(getattr(found, "verify_code", 0), "issuer")
                raise Unsent("certificate", wrong) from error
            raise Unsent("offline", str(error)) from error


def _trusting(certificate: str) -> ssl.SSLContext:
    """Return what decides whom to believe: what this PC's system trusts, and the certificate in a
    file where the shop named one. A file that cannot be read adds nothing: `configure` says so."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if certificate:
        with suppress(OSError):
            context.load_verify_locations(cafile=certificate)
    return context


def _understood(answer: Any, began: float, at: float) -> Heard:  # noqa: ANN401 - urllib's own
    """Return what the server says; anything but its own JSON is some page on the way to it."""
    content = answer.read(_LARGEST_ANSWER)
    if len(content) < int(answer.headers.get("Content-Length") or 0):
        raise Unsent("offline", "the answer was cut")
    try:
        body = json.loads(content)
        if not isinstance(body, dict) or not {"shop", "status"} & body.keys():
            raise ValueError
    except ValueError as error:
        raise Unsent("address", "no Comptoir answers there") from error
    try:
        if precise := answer.headers.get("Comptoir-Now"):
            return Heard(body, float(precise), 0.0, at - began, at)
        stamp = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except ValueError as error:
        raise Unsent("address", "the answer has no moment") from error
    return Heard(body, stamp + 0.5, 0.5, at - began, at)


def _meaning(status: int, answer: IO[bytes], retry_after: str | None) -> Exception:
    """Return what an HTTP error means for the file."""
    try:
        problem = json.loads(answer.read(_LARGEST_ANSWER))
        detail, code = str(problem["detail"]), str(problem["code"])
    except (ValueError, KeyError, TypeError, OSError):
        detail, code = "", ""
    wait = float(retry_after) if retry_after and retry_after.isdigit() else 0.0
    if status >= 500 or status in _TRY_LATER or code == "bad_gzip":
        return Unsent("busy", detail or str(status), wait)
    if not code:
        return Unsent("address", f"HTTP {status}")
    if status in _NOT_OURS:
        return Unsent(_NOT_OURS[status], detail)
    return Refused(detail)
