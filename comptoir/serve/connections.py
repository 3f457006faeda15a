"""Connections on which nothing is asked: of one address a process keeps so many, and ends the rest.

granian ends each after a time (`serve.web`), but takes no more than so many connections in all:
whoever opens them faster than they end would keep everybody else out.
"""

import os
import socket
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, suppress

from comptoir.core.limits import network_of

IDLE_OF_ONE = 64
FEW = 128
"""So many open files are not worth a look."""
_FILES = "/dev/fd"


def end_idle(port: int, busy: frozenset[str]) -> int:
    """End the connections to a port that are too many of one address, and return how many.

    `busy` are the clients (`address:port`) whose requests are under way: theirs are not ended. A
    browser or a proxy whose connection ends between two requests opens another.
    """
    if len(os.listdir(_FILES)) < FEW:
        return 0
    kept: dict[str, int] = defaultdict(int)
    ended = 0
    for connection, address, client in _connections(port):
        with closing(connection):
            if client in busy:
                continue
            who = network_of(address).address
            kept[who] += 1
            if kept[who] > IDLE_OF_ONE:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
                ended += 1
    return ended


def _connections(port: int) -> Iterator[tuple[socket.socket, str, str]]:
    """Yield each connection to a port, with its client's address, and the client as `busy` has it.

    It is a second handle of it: what granian closes meanwhile is not mistaken for another.
    """
    for name in os.listdir(_FILES):
        with suppress(OSError, ValueError):
            handle = os.dup(int(name))
            try:
                connection = socket.socket(fileno=handle)
            except OSError:
                os.close(handle)
                continue
            try:
                mine, peer = connection.getsockname(), connection.getpeername()
            except OSError:
                connection.close()
                continue
            if connection.family not in {socket.AF_INET, socket.AF_INET6} or mine[1] != port:
                connection.close()
                continue
            host = f"[{peer[0]}]" if connection.family == socket.AF_INET6 else peer[0]
            yield connection, peer[0], f"{host}:{peer[1]}"
