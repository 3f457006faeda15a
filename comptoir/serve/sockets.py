"""Sockets that outlive the processes that accept from them: the supervisor's, lent to each.

While one process takes over from another, both accept from the same queue: nobody is refused, and
what waits in it is lost with neither.
"""

import os
import socket
from typing import Any

import click
from granian.net import SocketHolder
from granian.server.mp import MPServer

BACKLOG = 2048
SOCKETS = "COMPTOIR_SOCKETS"


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, to be lent. Raises a usage error, naming the cure, when the
    port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
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


def server(lent: str | None, **how: Any) -> MPServer:  # noqa: ANN401 - granian's own
    """Return a granian that accepts from a lent socket (its descriptor) or one of its own."""
    return _Lent(int(lent), **how) if lent else MPServer(**how)


class _Lent(MPServer):
    """A granian whose workers share the socket that this process was lent."""

    def __init__(self, descriptor: int, **how: Any) -> None:  # noqa: ANN401
        super().__init__(**how)
        self._descriptor = descriptor

    def _init_shared_socket(self) -> None:
        # As granian itself does where it shares a socket; on Linux it gives each worker its own,
        # and what waits in the queue of one that ends is lost with it.
        self._ssp = None
        self._shd = SocketHolder(self._descriptor, False, BACKLOG)  # type: ignore
        self._sso = socket.socket(fileno=self._descriptor)
        self._sso.set_inheritable(True)
