"""Several mails of one job, and of jobs that wait: sent together, and each on its own."""

import logging
from contextlib import suppress

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from comptoir.core.db import execute, fetch
from comptoir.core.exits import voice
from comptoir.core.tasks import retry_stalled
from comptoir.notifications.models import Message, MessageStatus, Reason
from comptoir.notifications.operations import (
    Draft,
    claim_of,
    deliver_round,
    letters,
    queue,
    rounds,
)
from comptoir.notifications.operations.drafts import FIRST, TOGETHER
from comptoir.notifications.patience import WAITS
from comptoir.notifications.tasks import send_message, send_messages
from tests.mailserver import queue_one
from tests.notifications.test_jobs import work

pytestmark = pytest.mark.django_db(transaction=True)
GATE = "comptoir.core.exits.mail.Gate"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(autouse=True)
def no_jobs(transactional_db):
    """Start without jobs: their tables belong to the library, and the test database keeps them."""
    execute("DELETE FROM procrastinate_jobs")


@pytest.fixture(autouse=True)
def never_slow(monkeypatch):
    """However long this machine takes for a mail: what a slow server does has tests of its own."""
    monkeypatch.setattr(rounds.Post, "pace", 0.0)
    monkeypatch.setattr(rounds, "SLOW_SECONDS", 3600.0)
    monkeypatch.setattr(rounds, "ROUND_SECONDS", 3600.0)


def several(count: int, name: str = "reader") -> list[int]:
    """Queue mails that nobody waits for, in one go."""
    code = {"code": "KX4T9B"}
    return queue(
        [Draft(f"{name}{n}@example.org", "fr", "sign_in_code", code) for n in range(count)]
    )


def jobs() -> list[tuple[str, int, dict[str, object]]]:
    """Return the jobs of mails that wait: name, priority, arguments."""
    found = ProcrastinateJob.objects.filter(queue_name="mail", status="todo").order_by("id")
    return [(job.task_name.rpartition(".")[2], job.priority, job.args) for job in found]


def worker() -> int:
    ((key,),) = fetch("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
    return int(key)


def claim() -> rounds.Claim:
    """Take the oldest job as a worker does."""
    job = ProcrastinateJob.objects.filter(queue_name="mail", status="todo").order_by("id")[0]
    execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job.pk])
    return claim_of(job.pk, job.args, job.attempts)


def recipients(box) -> list[str]:
    return [to[0] for to, _mail in box.taken]


def test_mails_that_are_queued_together_share_jobs(box):
    keys = several(TOGETHER + 1)
    (first, _priority, args), (second, _other, alone) = jobs()
    assert (first, second) == ("send_messages", "send_message")
    assert sorted([*args["message_ids"], alone["message_id"]]) == sorted(keys)
    work()
    assert len(set(recipients(box))) == TOGETHER + 1
    assert Message.objects.filter(status=MessageStatus.SENT).count() == TOGETHER + 1
    assert not jobs()


def test_codes_have_a_job_of_their_own_and_leave_first(box):
    several(2)
    queue_one("code@example.org", secret=True)
    assert [priority for _name, priority, _args in jobs()] == [0, FIRST]
    deliver_round(claim(), worker=worker())
    queue_one("second@example.org", secret=True)
    several(1, "late")
    work("--concurrency", "1")
    assert recipients(box)[2] == "code@example.org"
    assert recipients(box)[3:] == ["second@example.org", "late0@example.org"]


def test_a_round_takes_jobs_that_wait_and_ends_them(box):
    for name in ("a", "b", "c"):
        queue_one(f"{name}@example.org")
    execute(
        "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour' WHERE args ="
        " jsonb_build_object('message_id', (SELECT max(id) FROM notifications_message))"
    )
    assert deliver_round(claim(), worker=worker()) is None
    assert recipients(box) == ["a@example.org", "b@example.org"]
    assert box.connections == 1
    assert [name for name, _priority, _args in jobs()] == ["send_message"]
    assert ProcrastinateJob.objects.filter(queue_name="mail").count() == 2


def test_one_that_is_refused_keeps_none_of_the_others_back(box):
    several(3)
    box.refuses_to["reader1@example.org"] = "450 4.2.0 Greylisted"
    work()
    assert recipients(box) == ["reader0@example.org", "reader2@example.org"]
    assert box.connections == 1
    refused = Message.objects.exclude(status=MessageStatus.SENT).get()
    assert (refused.to, refused.reason, refused.tries) == (
        "reader1@example.org",
        Reason.LATER,
        1,
    )
    ((seconds,),) = fetch(
        "SELECT extract(epoch FROM scheduled_at - now()) FROM procrastinate_jobs"
        " WHERE status = 'todo' AND args = jsonb_build_object('message_id', %s::bigint)",
        [refused.pk],
    )
    assert 0 < seconds <= WAITS[0]
    box.refuses_to.clear()
    execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    work()
    assert recipients(box)[-1] == "reader1@example.org"
    assert not jobs()


def test_one_that_cannot_be_written_keeps_none_of_the_others_back(box, caplog):
    keys = several(3)
    execute("UPDATE notifications_message SET template = 'none' WHERE id = %s", [keys[1]])
    work()
    assert len(box.taken) == 2
    assert Message.objects.get(pk=keys[1]).reason == Reason.UNWRITTEN
    assert [(name, args) for name, _priority, args in jobs()] == [
        ("send_message", {"message_id": keys[1]})
    ]
    assert any(record.levelno == logging.ERROR and record.exc_info for record in caplog.records)


def test_a_job_that_was_taken_from_others_keeps_its_patience(box):
    queue_one("first@example.org")
    key = queue_one("second@example.org")
    execute("UPDATE procrastinate_jobs SET attempts = 4 WHERE args->>'message_id' = %s", [str(key)])
    box.refuses_to["second@example.org"] = "450 4.2.0 Greylisted"
    deliver_round(claim(), worker=worker())
    job = ProcrastinateJob.objects.get(queue_name="mail", status="todo")
    assert (job.args, job.attempts) == ({"message_id": key}, 5)
    ((seconds,),) = fetch(
        "SELECT extract(epoch FROM scheduled_at - now()) FROM procrastinate_jobs WHERE id = %s",
        [job.pk],
    )
    assert WAITS[3] < seconds <= WAITS[4]


@pytest.mark.parametrize("ends", ["421", "drop"])
def test_a_connection_that_the_server_ends_midway_costs_no_mail_a_try(box, ends):
    several(3)
    box.ends_after = (1, ends)
    work()
    assert len(box.taken) == 3
    assert box.connections == 3
    assert {message.tries for message in Message.objects.all()} == {1}


def test_a_server_that_is_away_leaves_each_mail_a_job(box, settings, closed_port):
    settings.EMAIL_PORT, port = closed_port, settings.EMAIL_PORT
    keys = several(3)
    work()
    assert {message.reason for message in Message.objects.all()} == {Reason.UNREACHABLE}
    assert sorted(args["message_id"] for _name, _priority, args in jobs()) == sorted(keys)
    settings.EMAIL_PORT = port
    execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    work()
    assert len(box.taken) == 3


def test_a_job_of_several_that_is_done_again_sends_none_twice(box):
    several(2)
    box.refuses_to["reader1@example.org"] = "450 4.2.0 Greylisted"
    mine = claim()
    for _again in range(2):
        deliver_round(mine, worker=worker())
    assert recipients(box) == ["reader0@example.org"]
    assert Message.objects.get(to="reader1@example.org").tries == 1
    assert len(jobs()) == 1


def test_where_the_server_is_slow_a_round_takes_no_other_job_and_leaves_its_own(box, monkeypatch):
    monkeypatch.setattr(rounds, "SLOW_SECONDS", -1.0)
    monkeypatch.setattr(rounds, "ROUND_SECONDS", -1.0)
    several(3)
    queue_one("other@example.org")
    deliver_round(claim(), worker=worker())
    assert recipients(box) == ["reader0@example.org"]
    assert [name for name, _priority, _args in jobs()] == ["send_message"] * 3
    work()
    assert len(set(recipients(box))) == 4
    assert len(box.taken) == 4


def test_a_round_that_breaks_puts_the_jobs_of_others_back(box, monkeypatch):
    for name in ("a", "b"):
        queue_one(f"{name}@example.org")

    def breaks(_keys):
        raise RuntimeError("the database is gone")

    mine = claim()
    with monkeypatch.context() as patched:
        patched.setattr(rounds, "_queued", breaks)
        with pytest.raises(RuntimeError):
            deliver_round(mine, worker=worker())
    assert len(jobs()) == 1
    work()
    assert recipients(box) == ["b@example.org"]


@pytest.mark.parametrize("lost", ["_queued", "the commit"])
def test_jobs_that_cannot_be_put_back_are_put_back_before_the_next_round(box, monkeypatch, lost):
    """Their worker lives: nobody else takes them for jobs of a dead one."""
    for name in ("a", "b", "c"):
        queue_one(f"{name}@example.org")
    alive, mine = worker(), claim()

    def gone(*_args):
        raise OperationalError("gone")

    with monkeypatch.context() as patched:
        if lost == "the commit":  # it is done, and its answer does not come
            commit = connection.connection.__class__.commit
            patched.setattr(
                connection.connection.__class__, "commit", lambda self: gone(commit(self))
            )
        else:
            patched.setattr(rounds, "_queued", gone)
            patched.setattr(rounds, "execute", gone)
        with pytest.raises(OperationalError):
            deliver_round(mine, worker=alive)
    connection.close()
    assert fetch("SELECT count(*) FROM procrastinate_jobs WHERE worker_id = %s", [alive]) == [(2,)]
    deliver_round(mine, worker=alive)
    assert sorted(recipients(box)) == ["a@example.org", "b@example.org", "c@example.org"]
    assert not jobs()


def test_a_mail_that_cannot_tell_whether_it_matters_fails_alone(box, monkeypatch):
    several(3)
    Message.objects.update(created_at=timezone.now() - 2 * rounds.LATE)

    def matters(message, now):
        if message.to == "reader1@example.org":
            raise KeyError("order")
        return True

    monkeypatch.setitem(letters._matters, "sign_in_code", matters)
    work()
    assert sorted(recipients(box)) == ["reader0@example.org", "reader2@example.org"]
    assert "KeyError" in Message.objects.get(to="reader1@example.org").error


def test_a_mail_whose_subject_cannot_be_read_fails_alone(box, monkeypatch):
    several(3)
    for number, message in enumerate(Message.objects.order_by("to")):
        message.context = {"code": "KX4T9B", "number": number}
        message.save()

    def read(contexts):
        return {context["number"]: 1 // (context["number"] - 1) for context in contexts}

    monkeypatch.setitem(letters._readers, "sign_in_code", read)
    monkeypatch.setitem(letters._builders, "sign_in_code", lambda context, _read: dict(context))
    work()
    assert sorted(recipients(box)) == ["reader0@example.org", "reader2@example.org"]
    assert "ZeroDivisionError" in Message.objects.get(to="reader1@example.org").error


def test_while_it_is_quiet_all_are_held(box, settings):
    settings.EMAIL_BACKEND, settings.MAIL_BACKEND = GATE, SMTP
    voice.be_quiet()
    try:
        several(3)
        work()
        assert not box.taken
        assert Message.objects.exclude(held_at=None).count() == 3
        assert not jobs()
    finally:
        voice.speak()


def test_a_job_of_several_that_is_given_up_leaves_one_for_each_that_waits():
    """So does the version before, which does not know it."""
    keys = several(3)
    Message.objects.filter(pk=keys[0]).update(status=MessageStatus.SENT)
    execute(
        "UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = %s", [send_messages.name]
    )
    waiting = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    assert [(job.task_name, job.args) for job in waiting] == [
        (send_message.name, {"message_id": key}) for key in sorted(keys[1:])
    ]


class Killed(BaseException):
    """What no code of a worker catches: `kill -9`."""


def test_a_worker_that_is_killed_sends_a_round_twice_at_most_and_loses_none(box, monkeypatch):
    for number in range(TOGETHER + 4):
        queue_one(f"reader{number}@example.org")
    dead = worker()

    def killed(*_args, **_how):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(rounds, "mark_sent", killed)
        with pytest.raises(Killed):
            deliver_round(claim(), worker=dead)
    assert len(box.taken) == TOGETHER
    execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    with suppress(AlreadyEnqueued):  # the worker that was killed may have had its minute
        retry_stalled.defer(timestamp=0)
    work()
    work()
    assert len(set(recipients(box))) == TOGETHER + 4
    assert len(box.taken) == 2 * TOGETHER + 4
    assert Message.objects.filter(status=MessageStatus.SENT).count() == TOGETHER + 4
    assert not jobs()
