"""The workers of the jobs: every queue has one, and a mail server that hangs stops no deadline."""

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from psycopg.pq import TransactionStatus
from psycopg_pool import AsyncConnectionPool

from comptoir.core.db import execute
from comptoir.notifications.models import Message, MessageStatus
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import place
from comptoir.orders.tasks import expire
from comptoir.serve import jobs
from tests.factories import make_offer, request_for
from tests.loops import run
from tests.patience import PATIENCE_SECONDS, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_jobs(transactional_db) -> Iterator[None]:
    execute("DELETE FROM procrastinate_jobs")
    yield
    execute("DELETE FROM procrastinate_jobs")
    execute("DELETE FROM procrastinate_workers")


@pytest.fixture
def hung(settings) -> Iterator[socket.socket]:
    """A mail server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_TIMEOUT = 3600
        yield server


class Working(threading.Thread):
    """The process's work, in a thread of this one."""

    def __init__(self, groups: dict[str, list[str]]) -> None:
        super().__init__(daemon=True)
        self.groups = groups
        self.loop: asyncio.AbstractEventLoop | None = None
        self.stop: asyncio.Event | None = None

    def run(self) -> None:
        async def main() -> None:
            self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
            await jobs.work(self.groups, self.stop)

        asyncio.run(main())

    def end(self) -> None:
        assert self.loop is not None
        assert self.stop is not None
        self.loop.call_soon_threadsafe(self.stop.set)
        self.join(60)


def test_every_queue_of_a_task_has_one_worker():
    taken = [queue for group in jobs.queues().values() for queue in group]
    assert sorted(taken) == ["builtin", "count", "default", "mail", "prices", "pull", "trial"]


@pytest.mark.parametrize("apart", [True, False])
def test_a_mail_server_that_hangs_stops_no_deadline(hung: socket.socket, apart: bool):
    order = place(request_for(make_offer()))
    Order.objects.update(confirm_by=timezone.now() - timedelta(hours=1))
    groups = {name: list(taken) for name, taken in jobs.queues().items()}
    if not apart:
        groups = {"all": [queue for taken in groups.values() for queue in taken]}
    expire.defer(timestamp=0)
    working = Working(groups)
    working.start()
    connection, _address = hung.accept()  # the mail is being sent, and will be for ever
    try:
        if apart:
            until(lambda: Order.objects.get(pk=order.pk).status == OrderStatus.EXPIRED)
        assert Message.objects.get().status == MessageStatus.QUEUED
        assert (Order.objects.get(pk=order.pk).status == OrderStatus.EXPIRED) == apart
    finally:
        connection.close()
        working.end()


@pytest.mark.parametrize("checked", [True, False])
def test_after_a_restart_no_worker_is_given_a_dead_connection(monkeypatch, checked):
    if not checked:
        monkeypatch.setattr(jobs, "is_alive", lambda _connection: True)

    async def failures() -> int:
        connector = jobs.connector()
        await connector.open_async()
        connector.pool.timeout = PATIENCE_SECONDS
        try:
            await end_all(connector.pool)
            failed = 0
            for _ in range(connector.pool.min_size):
                try:
                    await connector.execute_query_one_async("SELECT 1 AS one")
                except ConnectorException:
                    failed += 1
            return failed
        finally:
            await connector.close_async()

    assert (run(failures()) == 0) == checked


async def end_all(pool: AsyncConnectionPool) -> None:
    """End every connection of the pool, as a server does that stops."""
    await pool.wait(PATIENCE_SECONDS)
    taken = [await pool.getconn() for _ in range(pool.min_size)]
    keys = [each.info.backend_pid for each in taken]
    for each in taken:
        await pool.putconn(each)
    params = connector_params()
    async with await psycopg.AsyncConnection.connect(**params, autocommit=True) as other:
        # With a time it waits until each has ended; what they did is forgotten a moment before.
        await other.execute(
            "SELECT pg_terminate_backend(key, %s) FROM unnest(%s::int[]) key",
            [1000 * int(PATIENCE_SECONDS), keys],
        )


def test_what_a_worker_sends_is_one_transaction_a_statement():
    async def statuses() -> tuple[bool, TransactionStatus]:
        connector = jobs.connector()
        await connector.open_async()
        try:
            async with connector.pool.connection() as taken:
                await taken.execute("SELECT 1")
                return taken.autocommit, taken.info.transaction_status
        finally:
            await connector.close_async()

    assert run(statuses()) == (True, TransactionStatus.IDLE)


LEAVES = """
import asyncio, time
from comptoir.serve import jobs

async def work(groups, stop):
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 3600)

jobs.work, jobs.queues = work, dict
asyncio.run(jobs._work_until_told())
"""


def test_a_job_that_hangs_keeps_no_process_whose_workers_have_ended():
    # Without `leave` it would wait for its thread, and run into the limit.
    done = subprocess.run([sys.executable, "-c", LEAVES], timeout=PATIENCE_SECONDS, check=False)
    assert done.returncode == 0
