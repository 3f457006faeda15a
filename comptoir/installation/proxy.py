"""The public address, asked from here as a reader would: certificate, redirection, headers, feeds.

It asks the installation's own address, whatever network that lies in, because whoever runs the
installation says so at the terminal; nothing that a shop typed is asked here (`core.gate` does).
"""

import json
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from comptoir.config.mirror import key
from comptoir.installation.findings import Finding, error, note, warning
from comptoir.installation.words import gettext as _
from comptoir.version import running

SECONDS = 8.0
SOON_SECONDS = 4.0
HTTP_PORT = 80
LARGE_BYTES = 100_000_000
_UPLOAD = "/comptoir/-/inventaires/essai"
"""Where a shop's counter takes a till's file; who is not signed in is led to where one signs in."""
INVENTED = "192.0.2.77"
"""An address of documents (RFC 5737): where Comptoir believes it, anybody may invent one."""


def findings(url: str, *, feeds: bool = True) -> Iterator[Finding]:
    """Yield what is wrong between the public address and this installation; `feeds` says whether
    the live feeds are to be found there.

    A proxy that refuses large bodies only as they come (Caddy's) is not found out.
    """
    values: dict[str, Any] = {"url": url}
    try:
        status, text = _ask(url, f"/healthz/seen?{urlencode({'key': key()})}")
    except ssl.SSLCertVerificationError as problem:
        why = {**values, "why": problem.verify_message}
        yield error(
            _("The certificate of %(url)s is not trusted (%(why)s): have it made anew.") % why
        )
        return
    except (OSError, HTTPException) as problem:
        yield error(
            _("%(url)s does not answer (%(why)s): start the proxy, and check the name's address.")
            % {**values, "why": problem or type(problem).__name__}
        )
        return
    seen = _seen(text) if status == 200 else None
    if seen is None:
        yield error(_refusal(status) % {**values, "status": status})
        return
    yield from _headers(url, seen)
    yield from _invented(url)
    yield from _large(url)
    if feeds:
        yield from _feeds(url)
    yield from _plain(url)


def _refusal(status: int) -> str:
    if status == 400:
        return _(
            "%(url)s answers 400: the proxy must pass Host on, and that name stand in"
            " COMPTOIR_HOSTS."
        )
    if status in (502, 503, 504):
        return _(
            "%(url)s answers %(status)d: the proxy reaches no Comptoir. Start it, and check the"
            " port that the proxy asks."
        )
    if status == 404:
        return _(
            "%(url)s answers, but not as this installation: another site, an older version, or"
            " another secret key is behind it."
        )
    return _("%(url)s answers %(status)d, not as Comptoir does: check where the proxy leads.")


def _headers(url: str, seen: dict[str, Any]) -> Iterator[Finding]:
    parts = urlsplit(url)
    values = {"url": url, "host": seen["host"], "wanted": parts.netloc}
    if seen["host"] != parts.netloc:
        yield error(
            _(
                "The proxy of %(url)s passes “%(host)s” as Host: have it pass %(wanted)s (nginx:"
                " proxy_set_header Host $host)."
            )
            % values
        )
    if parts.scheme == "https" and not seen["secure"]:
        yield error(
            _(
                "The proxy of %(url)s does not say that readers come by https: have it set"
                " X-Forwarded-Proto (nginx: proxy_set_header X-Forwarded-Proto https)."
            )
            % values
        )
    if seen["forwarded_for"] and not seen["proxies"]:
        yield error(
            _(
                "The proxy of %(url)s sends X-Forwarded-For, and COMPTOIR_PROXIES is 0: all readers"
                " share one limit. Write COMPTOIR_PROXIES=1."
            )
            % values
        )
    if seen["proxies"] and not seen["forwarded_for"]:
        yield error(
            _(
                "COMPTOIR_PROXIES is %(proxies)d, and X-Forwarded-For does not come: have the proxy"
                " of %(url)s set it (nginx: proxy_set_header X-Forwarded-For $remote_addr)."
            )
            % {**values, "proxies": seen["proxies"]}
        )
    if seen["version"] != running():
        yield warning(
            _(
                "%(url)s serves version %(other)s, and this command is %(mine)s: restart the"
                " service."
            )
            % {**values, "other": seen["version"], "mine": running()}
        )
    else:
        yield note(
            _("%(url)s is this installation, version %(mine)s.") % {**values, "mine": running()}
        )


def _invented(url: str) -> Iterator[Finding]:
    """Ask as somebody who invents an address."""
    path = f"/healthz/seen?{urlencode({'key': key()})}"
    status, text = _ask(url, path, {"X-Forwarded-For": INVENTED})
    seen = _seen(text) if status == 200 else None
    if seen and seen["address"] == INVENTED:
        yield error(
            _(
                "Anybody can invent their address at %(url)s: COMPTOIR_PROXIES is more than there"
                " are proxies, or the proxy passes X-Forwarded-For on as it comes."
            )
            % {"url": url}
        )


def _large(url: str) -> Iterator[Finding]:
    """Announce a till's file of the largest size, and send none of it."""
    told = {"Content-Type": "text/csv", "Content-Length": str(LARGE_BYTES)}
    try:
        with _answer(_connection(url, SOON_SECONDS), "POST", _UPLOAD, told) as got:
            status = got.status
    except (OSError, HTTPException):  # it waits for the body, as it should
        return
    if status == 413:
        yield error(
            _(
                "The proxy of %(url)s refuses large files, and a till's has up to 100 MB: allow"
                " bodies of 101 MB (nginx: client_max_body_size 101m)."
            )
            % {"url": url}
        )


def _feeds(url: str) -> Iterator[Finding]:
    """Open a live feed and wait for its first line, which Comptoir sends at once."""
    told = {"Accept": "text/event-stream"}
    try:
        with _answer(_connection(url, SOON_SECONDS), "GET", "/direct/titres/check", told) as got:
            status = got.status
            if status == 200 and got.readline().startswith(b"retry:"):
                return
    except (OSError, HTTPException):
        yield error(
            _(
                "%(url)s/direct/ holds back what it should pass on at once: turn the proxy's"
                " buffering off there (nginx: proxy_buffering off)."
            )
            % {"url": url}
        )
        return
    yield error(
        _(
            "%(url)s/direct/ answers %(status)d: have the proxy lead it to the port of the live"
            " feeds (COMPTOIR_LIVE_PORT)."
        )
        % {"url": url, "status": status}
    )


def _plain(url: str) -> Iterator[Finding]:
    """Ask by http what should lead to https."""
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.port is not None:
        return
    plain = HTTPConnection(parts.hostname or "", HTTP_PORT, timeout=SOON_SECONDS)
    try:
        with _answer(plain, "GET", "/healthz", {"Host": parts.netloc}) as got:
            status, target = got.status, got.getheader("Location", "")
    except (OSError, HTTPException):
        yield warning(
            _("http://%(host)s does not answer: have the proxy lead it to %(url)s.")
            % {"host": parts.netloc, "url": url}
        )
        return
    if not (300 <= status < 400 and target.startswith(url)):
        yield error(
            _("http://%(host)s answers without leading to %(url)s: have the proxy redirect it.")
            % {"host": parts.netloc, "url": url}
        )


def _ask(url: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    told = {"Accept": "application/json", **(headers or {})}
    with _answer(_connection(url, SECONDS), "GET", path, told) as got:
        return got.status, got.read(65_536)


@contextmanager
def _answer(
    connection: HTTPConnection, method: str, path: str, headers: dict[str, str]
) -> Iterator[HTTPResponse]:
    """Ask, and give the answer while the block lasts. Raises `OSError`, `HTTPException`."""
    with closing(connection):
        connection.request(method, path, headers=headers)
        with closing(connection.getresponse()) as got:
            yield got


def _connection(url: str, seconds: float) -> HTTPConnection:
    parts = urlsplit(url)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return HTTPSConnection(parts.hostname or "", parts.port, timeout=seconds, context=context)
    return HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)


def _seen(text: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "forwarded_for" in found else None
