"""The process of the jobs: one worker for mails, one for what takes long, one for all the rest.

Each takes its jobs in turn and none waits for another: a mail server that hangs, or a file that is
read for minutes, keeps no deadline waiting.
"""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import django
import psycopg
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg_pool import AsyncConnectionPool

from comptoir.core.backend.base import is_alive
from comptoir.core.processes import SUPERVISOR, end_with_parent, say_ready

logger = logging.getLogger(__name__)
Connection = psycopg.AsyncConnection[Any]

LONG = ("count", "prices", "pull", "trial")
"""Queues of jobs that ask others' servers, read whole files, or write much."""
MAIL = "mail"
MAILS_AT_ONCE = 4
_GRACE_SECONDS = 2.0
_LEAVING_SECONDS = 1.0
_PAUSE_SECONDS = 0.5
_KNOWN_EVERY_SECONDS = 0.1


def queues() -> dict[str, Sequence[str]]:
    """Return the queues of each worker, by its name: every queue that a task names, each once."""
    from procrastinate.contrib.django import app

    app.perform_import_paths()
    known = {task.queue for task in app.tasks.values()}
    return {"mails": [MAIL], "long": LONG, "rest": sorted(known - {MAIL, *LONG})}


def main() -> None:
    """Work until a signal ends the process, or the database is gone; then it is started again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    if SUPERVISOR in os.environ:
        end_with_parent()
    django.setup()
    wait_for_database()
    if SUPERVISOR in os.environ:
        from comptoir.serve import presence

        presence.go_on()
    asyncio.run(_work_until_told())


def leave() -> None:
    """End the process at once. A thread that still does a job (a mail server that hangs, an address
    that is slow) would keep it; what it was at is put back in the queue (`core.tasks`)."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def wait_for_database() -> None:
    """Return when the database can be reached. The workers' own pool would put its tries off for
    longer and longer."""
    from comptoir.core.db import connect

    while True:
        try:
            connect().close()
        except psycopg.OperationalError:
            time.sleep(_PAUSE_SECONDS)
        else:
            return


async def _work_until_told() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await work(queues(), stop)
    # From within the loop: ending the loop waits for its threads.
    leave()


async def work(groups: Mapping[str, Sequence[str]], stop: asyncio.Event) -> None:
    """Run a worker for the queues of each group, until `stop` or until one of them ends.

    One that ends has lost the database: then all of them are to begin anew, with new connections.
    """
    from procrastinate.contrib.django import app

    with app.replace_connector(connector()):
        async with app.open_async():
            tasks = [asyncio.create_task(_worker(name, groups[name])) for name in groups]
            known = asyncio.create_task(_say_ready(len(groups)))
            told = asyncio.create_task(stop.wait())
            await asyncio.wait([*tasks, told], return_when=asyncio.FIRST_COMPLETED)
            for task in (*tasks, told, known):
                task.cancel()
            ended, _running = await asyncio.wait(tasks, timeout=_GRACE_SECONDS + _LEAVING_SECONDS)
            for task in ended:
                if not task.cancelled() and (error := task.exception()):
                    logger.error("A jobs worker ended", exc_info=error)


async def _say_ready(workers: int) -> None:
    """Tell the supervisor once so many workers are known to be alive: the former ones may end, and
    whoever asks for the health of this node meanwhile finds some."""
    from procrastinate.contrib.django import app

    ask = app.connector.execute_query_one_async
    began = (await ask("SELECT now() AS at"))["at"]
    alive = "SELECT count(*) AS n FROM procrastinate_workers WHERE last_heartbeat >= %(began)s"
    while (await ask(alive, began=began))["n"] < workers:
        await asyncio.sleep(_KNOWN_EVERY_SECONDS)
    say_ready()


def connector() -> PsycopgConnector:
    """Return the workers' way to the database; a statement is one exchange with it and no more.

    It has few connections, for its statements are short and those of the jobs have others. The four
    that psycopg would keep open had plans of the same statements, 3 MB each.
    """
    from procrastinate.contrib.django.utils import connector_params

    return PsycopgConnector(
        pool_factory=_pool,
        configure=_configure,
        min_size=1,
        max_size=2,
        max_idle=10.0,
        kwargs=connector_params(),
        # As a worker ends it says so to the database: where that has gone it is not to wait for it.
        timeout=2.0,
        reconnect_timeout=1.0,
    )


def _pool(**options: Any) -> "AsyncConnectionPool[Connection]":  # noqa: ANN401 - procrastinate's
    """Return the workers' pool: a connection taken from it is looked at, without an exchange."""
    pool: AsyncConnectionPool[Connection]

    async def check(connection: Connection) -> None:
        if not is_alive(connection):
            # A server that restarted has ended all of them.
            await pool.drain()
            raise psycopg.OperationalError("the server has closed this connection")

    pool = AsyncConnectionPool(**{**options, "check": check})
    return pool


async def _configure(connection: Connection) -> None:
    """Have each statement be a transaction: the workers send no two that belong together."""
    await connection.set_autocommit(True)


async def _worker(name: str, taken: Sequence[str]) -> None:
    from procrastinate.contrib.django import app

    await app.run_worker_async(
        name=name,
        queues=list(taken),  # a tuple would be sent as a row
        concurrency=MAILS_AT_ONCE if name == "mails" else 1,
        delete_jobs="successful",
        install_signal_handlers=False,
        shutdown_graceful_timeout=_GRACE_SECONDS,
    )


if __name__ == "__main__":
    main()
