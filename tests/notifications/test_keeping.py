"""How long the log of mails keeps what it sent."""

from datetime import timedelta

import pytest
from allauth.core import context
from django.core import mail
from django.test import RequestFactory
from django.utils import timezone

from comptoir.counter.entry import CODE_MAIL, Adapter
from comptoir.notifications import operations
from comptoir.notifications.models import Message, MessageStatus

pytestmark = pytest.mark.django_db
CODE = "KX4T9B"


@pytest.fixture
def code_mail():
    """The queued mail of a sign-in code."""
    with context.request_context(RequestFactory().get("/")):
        Adapter().send_mail(CODE_MAIL, "ana@example.org", {"code": CODE})
    return Message.objects.get()


def kept(message):
    """Return everything the log still says of a mail."""
    return str(Message.objects.filter(pk=message.pk).values().get())


def test_a_sign_in_code_is_not_kept_once_sent(code_mail):
    operations.deliver(message_id=code_mail.pk)
    assert CODE in mail.outbox[0].body
    assert CODE not in kept(code_mail)
    assert Message.objects.get().status == MessageStatus.SENT


def test_a_sign_in_code_that_never_left_is_not_kept(code_mail):
    error = ConnectionRefusedError("refused")
    assert not operations.note_failure(message_id=code_mail.pk, error=error, is_last=True)
    assert CODE not in kept(code_mail)
    assert Message.objects.get().status == MessageStatus.FAILED


def test_the_demonstration_shows_the_code(code_mail, settings):
    settings.DEMO = True
    operations.deliver(message_id=code_mail.pk)
    assert CODE in kept(code_mail)


def test_mails_are_erased_by_age_whatever_they_are_about(code_mail, settings):
    settings.ERASE_AFTER_DAYS = 30
    now = timezone.now()
    assert operations.erase_due(now=now + timedelta(days=29)) == 0
    assert operations.erase_due(now=now + timedelta(days=31)) == 1
    assert not Message.objects.exists()
