"""A real process of the site, on the tests' own database."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg.conninfo import make_conninfo

from tests.concurrency.live import free_port
from tests.patience import until


@contextmanager
def served(module: str, answers: Callable[[int], bool], **environment: str) -> Iterator[int]:
    """Run `python -m <module> 127.0.0.1 <port>` while the block lasts; give its port once it
    answers."""
    port = free_port()
    facts = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    values = {key: facts[name] for key, name in names.items() if facts[name]}
    options = {key: value for key, value in facts["OPTIONS"].items() if isinstance(value, str)}
    process = subprocess.Popen(
        [sys.executable, "-m", module, "127.0.0.1", str(port)],
        env={**os.environ, "DATABASE_URL": make_conninfo(**values, **options), **environment},
        start_new_session=True,
    )
    try:
        until(lambda: answers(port))
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
