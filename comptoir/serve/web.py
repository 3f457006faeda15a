"""The web server's own process: granian, which starts workers that answer by threads."""

import os
import sys

from comptoir.config.variables import number
from comptoir.core.processes import LEAVES, allow_open_files, follow_supervisor, heed_when_ready

MOST_CONNECTIONS = 4096
"""Of one worker. Those past it wait in the system's queue until one ends."""

LONGEST_ANSWER_SECONDS = 330
"""What is being answered is answered; a large file takes long to read. The supervisor, which ends a
whole installation, waits less."""


def main(host: str, port: int, lent: str | None = None) -> None:
    """Serve until a signal ends the process, from a socket that the supervisor lent or its own."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    from comptoir.serve.sockets import server

    follow_supervisor()
    heed_when_ready(*LEAVES)
    allow_open_files(MOST_CONNECTIONS + 500)
    os.environ["COMPTOIR_SERVED_PORT"] = str(port)
    server(
        lent,
        target="comptoir.serve.site:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=number("COMPTOIR_HEAD_SECONDS") * 1000),
        websockets=False,
        workers=number("COMPTOIR_WORKERS"),
        process_name=f"comptoir.serve.web {host} {port}",
        backlog=1024,
        backpressure=MOST_CONNECTIONS,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=LONGEST_ANSWER_SECONDS,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:4])
