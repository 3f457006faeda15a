"""Jobs, done by the worker that `comptoir serve` starts, and one that was killed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command

from comptoir.core.db import execute


@pytest.fixture(autouse=True)
def no_jobs(transactional_db):
    """Start without jobs: their tables belong to the library, and the test database keeps them."""
    execute("DELETE FROM procrastinate_jobs")


def work(*options: str) -> None:
    """Do the jobs that wait, with the worker that `comptoir serve` starts."""
    words = ("procrastinate", "worker", "--one-shot", "--no-listen-notify", *options)
    # In a thread of its own: where a browser test came before, this one has a running loop.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(call_command, *words).result()


def killed(*, seconds_ago: int) -> None:
    """Leave the jobs that wait as `kill -9` of their worker does, after its last sign of life."""
    execute(
        "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() - make_interval(secs => %s)) RETURNING id)"
        " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM worker)",
        [seconds_ago],
    )
