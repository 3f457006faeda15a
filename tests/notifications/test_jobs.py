"""Mails leave by jobs that were committed with the data that asked for them."""

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from comptoir.core.db import run
from comptoir.notifications.models import Message, MessageStatus
from comptoir.notifications.tasks import TRIES
from comptoir.orders.gather import place
from tests.factories import make_offer, request_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_jobs(transactional_db):
    """Start without jobs: their tables belong to the library, and the test database keeps them."""
    run("DELETE FROM procrastinate_jobs")


def work() -> None:
    """Do the jobs that wait, with the worker that `comptoir serve` starts."""
    call_command("procrastinate", "worker", "--one-shot", "--no-listen-notify")


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
    job = ProcrastinateJob.objects.get()
    assert (job.status, job.attempts) == ("todo", 1)
    assert Message.objects.get().status == MessageStatus.QUEUED
    run("UPDATE procrastinate_jobs SET scheduled_at = NULL, attempts = %s", [TRIES - 1])
    work()
    assert Message.objects.get().status == MessageStatus.FAILED
