"""A restored copy sends nothing until it is told to speak: nothing is lost, nothing fails."""

import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.db import execute
from comptoir.core.exits import voice
from comptoir.notifications.models import Message
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer
from comptoir.stock.arrivals.pulls import set_pull
from comptoir.webhooks.operations import add_endpoint, send_test
from tests.factories import make_offer, request_for
from tests.installation.copies import Outside, database, dump, restore
from tests.installation.copies import outside as outside
from tests.patience import until
from tests.served import address_of, running

pytestmark = pytest.mark.django_db(transaction=True)
OLD = "old@example.org"
NEW = "new@example.org"
PULL_DUE = (
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'comptoir.stock.tasks.pull_due', 0,"
    " NULL, NULL, '{\"timestamp\": 0}'::jsonb, NULL)::procrastinate_job_to_defer_v1])"
)
WAITING = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"


@pytest.fixture
def pending(settings, outside: Outside, tmp_path: Path) -> Path:
    """The dump of a live installation that was about to send two mails, to call, and to ask."""
    settings.OUTGOING_ANYWHERE = True
    voice.speak()
    execute("DELETE FROM procrastinate_jobs")
    offer = make_offer(on_hand=5)
    endpoint, _secret = add_endpoint(
        shop=offer.shop, url=f"{outside.url}/hook", events=(), actor=SYSTEM
    )
    send_test(shop=offer.shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    set_pull(shop=offer.shop, url=f"{outside.url}/stock.csv", actor=SYSTEM, every_minutes=60)
    for email in (OLD, NEW):
        place(request_for(offer, customer=Customer("Camille", email)))
    old = timezone.now() - timedelta(hours=30)
    Message.objects.filter(to=OLD).update(created_at=old)
    file = tmp_path / "comptoir.dump"
    dump(file)
    execute("DELETE FROM procrastinate_jobs")
    return file


class Copy:
    """A restored database, with the real workers that work on it."""

    def __init__(self, name: str, stack: ExitStack, outside: Outside) -> None:
        self.environment = {"DATABASE_URL": address_of(name), **outside.environment}
        self.database = stack.enter_context(psycopg.connect(address_of(name), autocommit=True))
        self._stack = stack

    def one(self, query: str) -> int:
        row = self.database.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0

    def work(self) -> None:
        """Start the workers."""
        for arguments in (("-m", "comptoir.serve.jobs"), ("-m", "comptoir", "webhooks", "run")):
            self._stack.enter_context(running(*arguments, **self.environment))

    def everything_had_its_turn(self) -> None:
        """Wait until each worker has taken up what waited for it, and comes round again."""
        self.database.execute(PULL_DUE.encode())
        until(lambda: self.one(WAITING) == 0)
        # Messages are made of what changed, then sent; when the next one is made, those before it
        # had their turn.
        for _round in range(2):
            made = self.one("SELECT count(*) FROM webhooks_delivery")
            self.database.execute(
                b"INSERT INTO core_outbox (topic, key) SELECT 'offer', min(id) FROM stock_offer"
            )
            until(lambda made=made: self.one("SELECT count(*) FROM webhooks_delivery") > made)

    def told(self, *words: str) -> str:
        """Run a command of the copy, and return what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "comptoir", *words],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


def test_a_restored_copy_sends_nothing_until_it_is_told_to_speak(pending: Path, outside: Outside):
    with database() as name, ExitStack() as stack:
        restore(pending, name)
        copy = Copy(name, stack, outside)
        copy.work()
        copy.everything_had_its_turn()
        assert (outside.mails, outside.calls) == ([], [])
        held = "SELECT count(*) FROM notifications_message WHERE status = 'queued'"
        assert copy.one(held) == 2
        assert copy.one("SELECT count(*) FROM webhooks_attempt") == 0
        assert copy.one("SELECT sum(failures) FROM stock_feedpull") == 0
        assert "Quiet: a copy" in copy.told("check")

        assert "held: 1. Mails too old to be sent: 1." in copy.told("speak")
        copy.database.execute(PULL_DUE.encode())
        until(lambda: len(outside.mails) == 1 and "GET /stock.csv" in outside.calls)
        until(lambda: "POST /hook" in outside.calls)
        copy.everything_had_its_turn()
        assert outside.mails == [NEW]


def test_without_its_note_a_copy_would_act_as_the_real_one(pending: Path, outside: Outside):
    with database() as name, ExitStack() as stack:
        restore(pending, name)
        copy = Copy(name, stack, outside)
        copy.database.execute(b"DELETE FROM core_installation")
        copy.work()
        copy.database.execute(PULL_DUE.encode())
        until(lambda: len(outside.mails) == 2 and len(set(outside.calls)) == 2)
