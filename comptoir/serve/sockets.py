"""Sockets that outlive the processes that accept from them: the supervisor's, lent to each.

While one process takes over from another, both accept from the same queue: nobody is refused, and
what waits in it is lost with neither. The workers of the site have a queue each, among which the
system deals connections out: of one queue, a worker that is awake takes nearly all.
"""

import os
import socket
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from granian.net import SocketHolder
from granian.server.mp import MPServer

BACKLOG = 2048
SOCKETS = "COMPTOIR_SOCKETS"


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, to be lent. Raises a usage error, naming the cure, when the
    port cannot be had."""
    return _listen(host, port, shared=False)


def listen_each(host: str, port: int, count: int) -> tuple[socket.socket, ...]:
    """Return so many sockets that listen to one port, to be lent; elsewhere than on Linux, where
    nothing deals connections out, one. Raises a usage error as `listen` does."""
    # Sockets that share a port would share it with another installation's, too.
    alone = listen(host, port)
    if count == 1 or sys.platform != "linux":
        return (alone,)
    chosen = int(alone.getsockname()[1])
    alone.close()
    return tuple(_listen(host, chosen, shared=True) for _ in range(count))


def _listen(host: str, port: int, *, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        found.bind((host, port))
        found.listen(BACKLOG)
    except OSError as error:
        found.close()
        raise click.ClickException(
            f"Port {port} of {host} cannot be used ({error.strerror}). Stop what uses it, or"
            f" choose another: PORT={port + 80 if port < 65000 else 8000} make run."
        ) from error
    return found


def lent() -> tuple[socket.socket, ...]:
    """Return the sockets that the program before left to this one; none at a first start."""
    named = os.environ.get(SOCKETS, "")
    found = tuple(socket.socket(fileno=int(each)) for each in named.split(",") if each)
    for each in found:
        each.set_inheritable(False)
    return found


def leave_to_successor(*sockets: socket.socket) -> None:
    """Note which sockets the program that follows in this process finds (`serve.supervisor`)."""
    os.environ[SOCKETS] = ",".join(str(each.fileno()) for each in sockets)


def accept_no_more() -> None:
    """Leave all new connections to the other processes that accept from this one's sockets.

    A server that ends drops a connection of which it has read nothing yet, and granian accepts
    until it ends. So each of its descriptors that listens becomes one of a socket to which nobody
    connects: to accept from it finds nothing. Linux alone tells a process its descriptors;
    elsewhere this does nothing.
    """
    if sys.platform != "linux":
        return
    deaf = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    deaf.bind("")  # an address that the system chooses, without a file (unix(7), "Autobind")
    deaf.listen(1)
    deaf.setblocking(False)
    for descriptor in _that_listen():
        if descriptor != deaf.fileno():
            os.dup2(deaf.fileno(), descriptor, inheritable=False)
    deaf.close()


def _that_listen() -> Iterator[int]:
    for descriptor in [int(each.name) for each in Path("/proc/self/fd").iterdir()]:
        with suppress(OSError):  # closed since
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                with socket.socket(fileno=os.dup(descriptor)) as found:
                    if found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                        yield descriptor


def server(lent: str | None, **how: Any) -> MPServer:  # noqa: ANN401 - granian's own
    """Return a granian that accepts from lent sockets (their descriptors, by commas) or from its
    own."""
    return _Lent([int(each) for each in lent.split(",")], **how) if lent else MPServer(**how)


class _Lent(MPServer):
    """A granian each of whose workers has one of the sockets that this process was lent, or shares
    it where there are fewer: those of a program before this one, which had one for all."""

    def __init__(self, descriptors: Sequence[int], **how: Any) -> None:  # noqa: ANN401
        super().__init__(**how)
        self._descriptors = descriptors

    def _init_shared_socket(self) -> None:
        # As granian itself does where it shares a socket; on Linux it gives each worker its own,
        # and what waits in the queue of one that ends is lost with it.
        self._ssp = None
        self._lend(0)
        self._sso = socket.socket(fileno=self._descriptors[0])
        self._sso.set_inheritable(True)

    def _spawn_worker(self, idx: int, **rest: object) -> Any:  # type: ignore # noqa: ANN401
        self._lend(idx)
        return super()._spawn_worker(idx=idx, **rest)

    def _lend(self, number: int) -> None:
        descriptor = self._descriptors[number % len(self._descriptors)]
        self._shd = SocketHolder(descriptor, False, BACKLOG)  # type: ignore
