"""What a real mail server refuses, and what becomes of the mail."""

import logging

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from comptoir.core.db import execute
from comptoir.notifications.models import Message, MessageStatus, Reason
from comptoir.notifications.operations import find_abandoned, send_again
from comptoir.notifications.smtp import Server, try_mail
from tests.mailserver import HERE, encrypts, knows, mail_server, queue_one
from tests.notifications.test_jobs import work

pytestmark = pytest.mark.django_db(transaction=True)


def message() -> Message:
    return Message.objects.get()


def jobs() -> list[str]:
    return [job.status for job in ProcrastinateJob.objects.filter(queue_name="mail")]


def test_a_mail_leaves(box):
    queue_one()
    work()
    ((to, sent),) = box.taken
    assert to == ["ana@example.org"]
    assert "KX4T9B" in sent["Subject"]
    assert (message().status, message().tries, message().failing_since) == ("sent", 1, None)


@pytest.mark.parametrize(
    ("word", "reply", "reason"),
    [
        ("RCPT", "550 5.1.1 No such user", Reason.MAILBOX),
        ("RCPT", "550 unknown", Reason.MAILBOX),
        ("RCPT", "552 5.2.2 Mailbox full", Reason.MAILBOX),
        ("DATA", "554 5.6.0 Not like this", Reason.REFUSED),
    ],
)
def test_what_is_refused_for_good_is_tried_once(box, word, reply, reason):
    box.refuses[word] = reply
    queue_one()
    work()
    assert (message().status, message().reason) == (MessageStatus.FAILED, reason)
    assert message().error == reply
    assert (box.asked, message().tries) == (1, 1)
    assert "todo" not in jobs()


@pytest.mark.parametrize(
    ("word", "reply", "reason"),
    [
        ("RCPT", "450 4.2.0 Greylisted, come back", Reason.LATER),
        ("RCPT", "554 5.7.1 Relay access denied", Reason.SENDER),
        ("RCPT", "550 relaying denied", Reason.SENDER),
        ("MAIL", "550 5.7.1 Not your name", Reason.SENDER),
        ("MAIL", "451 4.3.0 Not now", Reason.LATER),
        ("DATA", "451 4.3.0 Not now", Reason.LATER),
    ],
)
def test_what_may_pass_later_is_tried_again_and_leaves(box, word, reply, reason):
    box.refuses[word] = reply
    queue_one()
    work()
    assert (message().status, message().reason) == (MessageStatus.QUEUED, reason)
    assert message().error == reply
    assert message().failing_since is not None
    assert jobs() == ["todo"]
    del box.refuses[word]
    execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    work()
    assert (message().status, message().reason, message().failing_since) == ("sent", "", None)
    assert len(box.taken) == 1


def test_a_connection_that_drops_loses_nothing(box):
    box.drops = "DATA"
    queue_one()
    work()
    assert (message().status, message().reason) == (MessageStatus.QUEUED, Reason.UNREACHABLE)


def test_the_first_failure_is_a_warning_without_the_address(box, caplog):
    box.refuses["RCPT"] = "450 4.2.0 <ana@example.org>: greylisted"
    queue_one()
    for _each in range(2):
        work()
        execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    told = [record for record in caplog.records if record.name.startswith("comptoir.notif")]
    assert [record.levelno for record in told] == [logging.WARNING]
    assert "LATER" in told[0].getMessage()
    assert "ana@" not in told[0].getMessage()


def test_one_mail_that_leaves_hastens_those_that_wait(box, settings, closed_port):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, closed_port
    queue_one("first@example.org")
    work()
    box.refuses["RCPT"] = "450 4.2.0 greylisted"
    settings.EMAIL_PORT = port
    queue_one("grey@example.org")
    work()
    assert [one.reason for one in Message.objects.order_by("pk")] == ["unreachable", "later"]
    del box.refuses["RCPT"]
    queue_one("second@example.org")
    work()
    work()
    assert {to[0] for to, _mail in box.taken} == {"first@example.org", "second@example.org"}


def test_a_failed_mail_is_sent_again_when_somebody_says_so(box):
    box.refuses["RCPT"] = "550 5.1.1 No such user"
    key = queue_one()
    work()
    box.refuses.clear()
    assert send_again(message_ids=[key]) == 1
    work()
    assert message().status == MessageStatus.SENT
    assert send_again() == 0


def test_a_code_that_failed_is_not_sent_again(box):
    box.refuses["RCPT"] = "550 5.1.1 No such user"
    queue_one(secret=True)
    work()
    assert message().context == {}
    assert send_again() == 0


def test_a_mail_whose_job_was_given_up_is_told(box):
    queue_one()
    execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert find_abandoned() == 1
    assert message().status == MessageStatus.FAILED
    assert send_again() == 1
    assert find_abandoned() == 0
    work()
    assert message().status == MessageStatus.SENT


def test_a_trial_tells_each_step():
    with mail_server(**knows("shop", "secret")) as (box, port):
        by = Server(HERE, port, "shop", "secret", sender="Comptoir <c@example.org>")
        steps = list(try_mail("ana@example.org", by=by))
    assert not any(step.trouble for step in steps)
    assert len(steps) == 4
    ((to, _mail),) = box.taken
    assert to == ["ana@example.org"]


def last(by: Server) -> tuple[int, Reason | None]:
    """Return how many steps a trial took, and why the last one failed."""
    steps = list(try_mail("ana@example.org", by=by))
    assert [step.trouble is None for step in steps[:-1]] == [True] * (len(steps) - 1)
    trouble = steps[-1].trouble
    return len(steps), trouble.reason if trouble else None


def test_a_trial_tells_where_it_ends(tmp_path, closed_port):
    assert last(Server(HERE, closed_port)) == (1, Reason.UNREACHABLE)
    with mail_server() as (box, port):
        assert last(Server(HERE, port, starttls=True)) == (2, Reason.TLS)
        assert last(Server(HERE, port, "shop", "secret")) == (3, Reason.SIGN_IN)
        box.refuses["MAIL"] = "550 5.7.1 Not your name"
        assert last(Server(HERE, port)) == (4, Reason.SENDER)
        box.refuses = {"RCPT": "550 5.1.1 No such user"}
        assert last(Server(HERE, port)) == (4, Reason.MAILBOX)
    with mail_server(**knows("shop", "secret")) as (_box, port):
        assert last(Server(HERE, port, "shop", "wrong")) == (3, Reason.SIGN_IN)
    with mail_server(**encrypts(tmp_path)) as (_box, port):
        # Nobody whom this machine trusts has signed the certificate.
        assert last(Server(HERE, port, starttls=True)) == (2, Reason.TLS)


def test_a_trial_by_tls(tmp_path, monkeypatch):
    options = encrypts(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with mail_server(**options) as (box, port):
        assert last(Server(HERE, port, starttls=True)) == (4, None)
    assert len(box.taken) == 1
