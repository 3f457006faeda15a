"""The web server's own process: granian, which starts workers that answer by threads."""

import os
import sys

from comptoir.core.processes import follow_supervisor


def main(host: str, port: int) -> None:
    """Serve until a signal ends the process."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    follow_supervisor()
    Granian(
        "comptoir.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=int(os.environ.get("COMPTOIR_WORKERS", "2")),
        blocking_threads=int(os.environ.get("COMPTOIR_THREADS", "16")),
        blocking_threads_idle_timeout=600,
        backlog=1024,
        backpressure=512,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=5,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
