"""A small TCP proxy that does to a connection what networks do."""

import select
import socket
import threading
import time
from contextlib import suppress
from enum import StrEnum


class Fault(StrEnum):
    """What becomes of the next connections."""

    NONE = "none"
    REFUSED = "closed as soon as it is open"
    REQUEST_CUT = "cut in the middle of the request"
    ANSWER_LOST = "cut when the server has answered, before the answer"
    ANSWER_CUT = "cut in the middle of the answer"
    HALF_CLOSED = "the server hears nothing more, and the other side no answer"


class Wire:
    """Listens on a port and passes on to another, as well as its `fault` lets it."""

    def __init__(self, to_port: int) -> None:
        self.fault = Fault.NONE
        self._to = ("127.0.0.1", to_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near, self.fault), daemon=True).start()

    def _serve(self, near: socket.socket, fault: Fault) -> None:
        with near, suppress(OSError):
            if fault is Fault.REFUSED:
                return
            with socket.create_connection(self._to, timeout=30) as far:
                _relay(near, far, fault)


def _relay(near: socket.socket, far: socket.socket, fault: Fault) -> None:
    sides = {near: far, far: near}
    while sides:
        ready, _, _ = select.select(list(sides), [], [], 30)
        if not ready:
            return
        for side in ready:
            data = side.recv(65536)
            if side is near and fault is Fault.REQUEST_CUT:
                far.sendall(data[: len(data) // 2])
                return
            if side is near and fault is Fault.HALF_CLOSED and data:
                far.sendall(data)
                far.shutdown(socket.SHUT_WR)
                time.sleep(0.05)
                return
            if side is far and fault is Fault.ANSWER_LOST:
                return
            if side is far and fault is Fault.ANSWER_CUT:
                near.sendall(data[:-5])
                return
            if not data:
                return
            sides[side].sendall(data)
