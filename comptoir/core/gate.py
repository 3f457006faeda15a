"""Asking other servers, at addresses that shops typed: only what is public, never for long.

An address that somebody types may lead into the network of this server (its database, its cloud's
secrets). So the name is resolved here, every address it stands for must be public, and the
connection goes to the very address that was checked: a name that resolves otherwise a moment later
gains nothing. No proxy of the environment is used.
"""

import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Thread
from time import monotonic
from urllib.parse import urljoin

import httpcore
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import DomainError, Invalid, Message, fill
from comptoir.core.exits import voice

SECONDS = 20.0
LARGEST_BYTES = 1024 * 1024
LONGEST_URL = 2000
AGENT = "Comptoir"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SECRET_HEADERS = frozenset({"authorization", "cookie"})
_NAT64 = ip_network("64:ff9b::/96")
# Names that no public name server has: RFC 6761, 6762 (`local`), 7686 (`onion`) and 8375
# (`home.arpa`), ICANN's `internal`, and what routers and Windows give a home or an office.
# `example` is reserved too; documents and the demonstration use it, and nothing of theirs leaves.
_OF_NO_NETWORK = {"localhost", "localdomain", "local", "internal", "intranet", "invalid", "test"}
_OF_NO_NETWORK |= {"onion", "arpa", "lan", "home", "corp"}
_UNICAST = ip_network("2000::/3")
"""What IANA gives out of IPv6. Outside it lie site-local addresses (RFC 3879), and those of local
NAT64 (RFC 8215) and SIIT (RFC 2765), which Python calls global or learned late."""
_LOOKED_UP_SECONDS = 2.0
_Headers = Mapping[str, str]


class Unreachable(DomainError):
    """Another server did not answer as it should; `data["url"]` is where, without its query."""

    def __init__(self, code: str, message: Message, url: str) -> None:
        super().__init__(code, fill(message, url=shown(url)), url=shown(url))


class Leave:
    """That this installation spoke a moment ago: who asks with it needs no database for that.

    It is good for what is asked at once, as a thread of its own that keeps no connection does.
    """

    def __init__(self) -> None:
        """Raises `Quiet` where this installation may ask nobody."""
        voice.require()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answers: its status, its headers (lower case), its body piece by piece."""

    status: int
    headers: dict[str, str]
    pieces: Iterator[bytes]

    def read(self) -> bytes:
        """Return the rest of the body at once, up to the size that `ask` was given."""
        return b"".join(self.pieces)


@contextmanager
def ask(
    url: str,
    *,
    method: str = "GET",
    headers: _Headers | None = None,
    content: bytes = b"",
    seconds: float = SECONDS,
    largest: int = LARGEST_BYTES,
    redirects: int = 0,
    leave: Leave | None = None,
) -> Iterator[Answer]:
    """Ask a server and give its answer, whatever its status, while the block lasts.

    All of it, redirections and the looking up of names included, takes `seconds` at most. At most
    so many `redirects` are followed, each checked like the first; a secret is not taken along to
    another server. Raises `Invalid` (`bad_url`) for an address that may not be asked, `Unreachable`
    (`no_answer`, `too_slow`, `answer_too_large`) for what goes wrong later, while the pieces are
    read too; `Quiet` where this installation may ask nobody, unless its `leave` was taken before.
    """
    if leave is None:
        voice.require()
    deadline = monotonic() + seconds
    sent = {"User-Agent": AGENT, **(headers or {})}
    check_url(url)
    while True:
        with (
            _failures(url),
            httpcore.ConnectionPool(network_backend=_Guard(deadline)) as pool,
            pool.stream(method, url, headers=_latin(sent), content=content or None) as response,
        ):
            found = _headers_of(response)
            if not (redirects and response.status in _REDIRECTS and "location" in found):
                yield Answer(response.status, found, _bounded(response, largest, url))
                return
        redirects -= 1
        url, sent = _onwards(url, found["location"], sent)
        if response.status == 303:
            method, content = "GET", b""


def check_url(url: str) -> httpcore.URL:
    """Return an address that may be asked, by its form.

    Raises `Invalid` (`bad_url`): https is needed, or http with `settings.OUTGOING_ANYWHERE`; no
    name or password stands in it, nor anything but printable ASCII.
    """
    try:
        if not (url.isascii() and url.isprintable() and " " not in url and len(url) < LONGEST_URL):
            raise ValueError
        found = httpcore.URL(url)
        good = found.scheme == b"https" or (found.scheme == b"http" and settings.OUTGOING_ANYWHERE)
        if not good or not found.host or b"@" in _between(url):
            raise ValueError
    except (ValueError, UnicodeError):
        message = _(
            "This address cannot be asked: write one that begins with “https://”, without a name"
            " or password in it."
        )
        raise Invalid("bad_url", message, field="url") from None
    return found


def check_typed(url: str) -> None:
    """Refuse an address when it is typed, not only when it is asked.

    Raises `Invalid` (`bad_url`) as `check_url`, and for what leads into a private network: a
    number, a name that only such a network knows, one that is looked up there. A name that nobody
    knows, or that takes longer than two seconds, is let pass: `ask` looks at it each time.
    """
    found = check_url(url)
    if settings.OUTGOING_ANYWHERE:
        return
    host = found.host.decode("ascii").strip("[]").rstrip(".").lower()
    if is_private_name(host) or not all(map(is_public, _looked_up(host))):
        raise _private()


def _looked_up(host: str) -> list[str]:
    """Return the addresses of a host, as far as they are known soon."""
    with suppress(OSError, UnicodeError, httpcore.TimeoutException):
        return _resolved(host, 443, _LOOKED_UP_SECONDS)
    return []


def shown(url: str) -> str:
    """Return an address as logs and messages may show it: a query often holds a secret."""
    return url.partition("?")[0].partition("#")[0][:200]


def is_private_name(name: str) -> bool:
    """Return whether a name, in lower case, is one that only a private network knows."""
    return name.rpartition(".")[2] in _OF_NO_NETWORK


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the public network, whatever it is wrapped in."""
    ip = _unwrapped(ip_address(address.partition("%")[0]))
    if isinstance(ip, IPv6Address) and ip not in _UNICAST:
        return False
    return ip.is_global and not ip.is_multicast


class _Guard(httpcore.SyncBackend):
    """Connects only to public addresses, and lets nothing last past the deadline."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline counts
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers; none takes the time of those after
        it. Raises `Invalid` (`bad_url`)."""
        problem: Exception = httpcore.ConnectError(host)
        addresses = _addresses(host, port, self._deadline)
        for tried, address in enumerate(addresses):
            share = _left(self._deadline) / (len(addresses) - tried)
            try:
                stream = super().connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                return _Timed(stream, self._deadline)
        raise problem


class _Timed(httpcore.NetworkStream):
    """A connection of which no step lasts past the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _addresses(host: str, port: int, deadline: float) -> list[str]:
    """Return the addresses of a host. Raises `Invalid` (`bad_url`) if one of them is private."""
    try:
        addresses = _resolved(host, port, _left(deadline))
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(host) from error
    if not settings.OUTGOING_ANYWHERE and not all(map(is_public, addresses)):
        raise _private()
    return addresses


def _resolved(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a host. Raises what the system's resolver raises, `ConnectTimeout`
    where it takes longer."""
    found: list[list[str] | OSError | UnicodeError] = []

    def look() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.append(list(dict.fromkeys(str(entry[4][0]) for entry in entries)))
        except (OSError, UnicodeError) as error:
            found.append(error)

    # The system's resolver takes as long as it likes, and cannot be stopped.
    looking = Thread(target=look, daemon=True)
    looking.start()
    looking.join(seconds)
    if not found:
        raise httpcore.ConnectTimeout(host)
    if isinstance(found[0], list):
        return found[0]
    raise found[0]


def _private() -> Invalid:
    message = _("This address lies in a private network: only public ones are asked.")
    return Invalid("bad_url", message, field="url")


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64 or int(ip) >> 32 == 0:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left


@contextmanager
def _failures(url: str) -> Iterator[None]:
    """Turn what the network does into errors of the domain."""
    try:
        yield
    except httpcore.TimeoutException:
        raise Unreachable("too_slow", _("%(url)s takes too long to answer."), url) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise _no_answer(url) from error


def _no_answer(url: str) -> Unreachable:
    message = _("%(url)s does not answer, or not as a web server should.")
    return Unreachable("no_answer", message, url)


def _bounded(response: httpcore.Response, largest: int, url: str) -> Iterator[bytes]:
    taken = 0
    for piece in response.iter_stream():
        taken += len(piece)
        if taken > largest:
            raise Unreachable("answer_too_large", _("%(url)s sends more than is taken."), url)
        yield piece


def _onwards(url: str, location: str, sent: _Headers) -> tuple[str, dict[str, str]]:
    """Return where a redirection leads, and the headers that may be sent there.

    Raises `Invalid` (`bad_url`), `Unreachable` (`no_answer`) if it is no address at all.
    """
    try:
        target = urljoin(url, location)
    except ValueError as error:
        raise _no_answer(url) from error
    same = check_url(target).origin == check_url(url).origin
    return target, {
        name: value for name, value in sent.items() if same or name.lower() not in _SECRET_HEADERS
    }


def _headers_of(response: httpcore.Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
    }


def _between(url: str) -> bytes:
    """Return what stands between the scheme and the path."""
    return url.partition("://")[2].partition("/")[0].partition("?")[0].encode()


def _latin(headers: _Headers) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
