"""The process of the live feeds: granian, one worker whose event loop holds thousands of pages."""

import sys

from comptoir.core.processes import LEAVES, allow_open_files, follow_supervisor, heed_when_ready
from comptoir.live.hub import MOST


def main(host: str, port: int, lent: str | None = None) -> None:
    """Serve until a signal ends the process, from a socket that the supervisor lent or its own."""
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    from comptoir.serve.sockets import server

    follow_supervisor()
    heed_when_ready(*LEAVES)
    allow_open_files(MOST + 1000)
    server(
        lent,
        target="comptoir.config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        process_name=f"comptoir.serve.live {host} {port}",
        backlog=2048,
        backpressure=MOST + 500,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=2,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:4])
