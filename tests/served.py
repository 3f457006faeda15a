"""Real processes of the site, on the tests' own database server."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from django.db import connection
from psycopg.conninfo import make_conninfo

from tests.concurrency.live import free_port
from tests.patience import until


def address_of(database: str = "") -> str:
    """Return the address of the tests' own database, or of another one of its server."""
    facts = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    values = {key: facts[name] for key, name in names.items() if facts[name]}
    options = {key: value for key, value in facts["OPTIONS"].items() if isinstance(value, str)}
    return make_conninfo(**{**values, "dbname": database or facts["NAME"]}, **options)


@contextmanager
def served(module: str, answers: Callable[[int], bool], **environment: str) -> Iterator[int]:
    """Run `python -m <module> 127.0.0.1 <port>` while the block lasts; give its port once it
    answers."""
    port = free_port()
    with running("-m", module, "127.0.0.1", str(port), **environment):
        until(lambda: answers(port))
        yield port


@contextmanager
def running(
    *arguments: str,
    whole: Mapping[str, str] | None = None,
    lent: Sequence[int] = (),
    **environment: str,
) -> Iterator[subprocess.Popen[str]]:
    """Run Python with these arguments while the block lasts, and give the process, to which these
    descriptors are `lent`.

    With `whole`, that is all of its environment, and it knows nothing of the tests' own database.
    """
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=whole or {**os.environ, "DATABASE_URL": address_of(), **environment},
        start_new_session=True,
        pass_fds=lent,
        text=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
