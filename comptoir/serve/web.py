"""The web server's own process: granian, which starts workers that answer by threads."""

import os
import sys

from comptoir.config.variables import number
from comptoir.core.processes import allow_open_files, follow_supervisor

MOST_CONNECTIONS = 4096
"""Of one worker. Those past it wait in the system's queue until one ends."""


def main(host: str, port: int) -> None:
    """Serve until a signal ends the process."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    follow_supervisor()
    allow_open_files(MOST_CONNECTIONS + 500)
    os.environ["COMPTOIR_SERVED_PORT"] = str(port)
    Granian(
        "comptoir.serve.site:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=number("COMPTOIR_HEAD_SECONDS") * 1000),
        websockets=False,
        workers=number("COMPTOIR_WORKERS"),
        backlog=1024,
        backpressure=MOST_CONNECTIONS,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=5,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
