"""Mails leave by jobs that were committed with the data that asked for them."""

from contextlib import suppress

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from comptoir.core.db import execute
from comptoir.core.tasks import DEAD_AFTER_SECONDS, MOST_TRIES, retry_stalled
from comptoir.notifications.models import Message, MessageStatus, Reason
from comptoir.notifications.patience import TRIES, Patience
from comptoir.orders.operations import place
from comptoir.orders.tasks import expire
from tests.factories import make_offer, request_for
from tests.worker import killed, no_jobs, work  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_worker_sends_what_an_order_queued():
    order = place(request_for(make_offer(), trusted=True))
    work()
    assert [sent.to for sent in mail.outbox] == [[order.email]]
    assert Message.objects.get().status == MessageStatus.SENT


def test_a_transaction_that_fails_sends_nothing():
    request = request_for(make_offer(), trusted=True)
    with transaction.atomic():
        place(request)
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_a_mail_that_cannot_be_sent_is_tried_again_then_given_up(settings):
    settings.EMAIL_BACKEND = "tests.orders.test_mails.Broken"
    place(request_for(make_offer(), trusted=True))
    work()
    job = ProcrastinateJob.objects.get(queue_name="mail")
    assert (job.status, job.attempts) == ("todo", 1)
    assert Message.objects.get().status == MessageStatus.QUEUED
    execute("UPDATE procrastinate_jobs SET scheduled_at = NULL, attempts = %s", [TRIES - 1])
    work()
    assert Message.objects.get().status == MessageStatus.FAILED


def test_the_tries_fit_the_half_hour_of_a_confirmation_then_last_five_days(settings):
    waits = [
        Patience().get_retry_decision(exception=ValueError(), job=tried(n)) for n in range(200)
    ]
    now = timezone.now()
    seconds = [round((wait.retry_at - now).total_seconds()) for wait in waits if wait]
    assert len(seconds) + 1 == TRIES
    assert max(seconds[:7]) <= 300
    assert sum(seconds[:7]) < settings.CONFIRM_MINUTES * 60 * 2 / 3
    assert sorted(seconds) == seconds
    assert max(seconds) <= 3600
    assert sum(seconds) > 4.5 * 24 * 3600


def tried(attempts: int) -> Job:
    """Return a job that was tried so many times."""
    return Job(id=1, queue="mail", lock=None, queueing_lock=None, task_name="", attempts=attempts)


def test_a_mail_that_cannot_be_written_is_given_up_too():
    place(request_for(make_offer(), trusted=True))
    execute("UPDATE notifications_message SET context = '{\"order\": 0}'")
    work()
    assert "DoesNotExist" in Message.objects.get().error
    assert Message.objects.get().reason == Reason.UNWRITTEN
    assert Message.objects.get().status == MessageStatus.FAILED
    assert ProcrastinateJob.objects.get(queue_name="mail").status == "failed"


def test_a_mail_leaves_although_its_worker_was_killed():
    place(request_for(make_offer(), trusted=True))
    killed(seconds_ago=DEAD_AFTER_SECONDS + 1)
    work("--queues", "mail")
    assert not mail.outbox
    with suppress(AlreadyEnqueued):  # the worker that was killed may have had its minute
        retry_stalled.defer(timestamp=0)
    work()
    assert len(mail.outbox) == 1


def test_a_job_in_the_hands_of_a_living_worker_is_left_alone():
    place(request_for(make_offer(), trusted=True))
    killed(seconds_ago=DEAD_AFTER_SECONDS - 10)
    retry_stalled.defer(timestamp=0)
    work()
    assert not mail.outbox


def test_a_mail_tried_for_days_is_not_given_up_when_its_worker_dies():
    place(request_for(make_offer(), trusted=True))
    execute("UPDATE procrastinate_jobs SET attempts = %s", [MOST_TRIES + 1])
    killed(seconds_ago=DEAD_AFTER_SECONDS + 1)
    retry_stalled.defer(timestamp=0)
    work()
    assert len(mail.outbox) == 1


def test_a_job_that_never_ends_is_given_up():
    place(request_for(make_offer(), trusted=True))
    execute("UPDATE procrastinate_jobs SET attempts = %s", [TRIES])
    killed(seconds_ago=DEAD_AFTER_SECONDS + 1)
    retry_stalled.defer(timestamp=0)
    work()
    assert [job.status for job in ProcrastinateJob.objects.filter(queue_name="mail")] == ["failed"]


def test_a_killed_job_is_dropped_when_one_like_it_waits():
    expire.defer(timestamp=0)
    killed(seconds_ago=DEAD_AFTER_SECONDS + 1)
    retry_stalled.defer(timestamp=0)
    # Scheduled for later, so that it is still waiting when the killed one is looked at.
    expire.configure(schedule_in={"hours": 1}).defer(timestamp=60)
    work()
    (left,) = ProcrastinateJob.objects.filter(task_name=expire.name)
    assert (left.status, left.args) == ("todo", {"timestamp": 60})
