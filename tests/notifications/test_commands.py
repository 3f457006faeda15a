"""`comptoir mail`: whether mails leave, which have not, and sending them again."""

import pytest
from click.testing import CliRunner, Result

from comptoir.notifications.commands import mail
from comptoir.notifications.models import Message
from tests.mailserver import HERE, queue_one
from tests.notifications.conftest import SMTP
from tests.notifications.test_jobs import work

GATE = "comptoir.core.exits.mail.Gate"
pytestmark = pytest.mark.django_db(transaction=True)


def run(*words: str) -> Result:
    return CliRunner().invoke(mail, words)


def test_a_trial_says_each_step(box):
    told = run("test", "ana@example.org")
    assert told.exit_code == 0
    assert told.output.count("✓") == 4
    assert HERE in told.output
    assert len(box.taken) == 1


def test_a_trial_that_is_refused_says_by_what(box):
    box.refuses["RCPT"] = "550 5.1.1 No such user"
    told = run("test", "ana@example.org")
    assert told.exit_code == 1
    assert "✗" in told.output.splitlines()[-1]
    assert "No such user" in told.output


@pytest.mark.parametrize("word", ["ana", "a@b\nc"])
def test_a_trial_needs_an_address(box, word):
    assert run("test", word).exit_code == 2
    assert box.asked == 0


def test_a_trial_says_when_there_is_no_mail_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    told = run("test", "ana@example.org")
    assert told.exit_code == 1
    assert "dummy" in told.output


def test_behind_the_gate_it_is_the_mail_server_that_is_tried(box, settings):
    settings.EMAIL_BACKEND, settings.MAIL_BACKEND = GATE, SMTP
    assert run("test", "ana@example.org").exit_code == 0
    assert len(box.taken) == 1
    settings.MAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert "dummy" in run("test", "ana@example.org").output


def test_failed_mails_are_listed_without_their_address_and_sent_again(box):
    assert "a…@" not in run("failed").output
    box.refuses["RCPT"] = "550 5.1.1 <ana@example.org> No such user"
    key = queue_one()
    work()
    told = run("failed").output
    assert told.startswith(f"{key}  ")
    assert "a…@example.org" in told
    assert "ana@" not in told
    assert "KX4T9B" not in told
    box.refuses.clear()
    assert run("retry", str(key)).exit_code == 0
    work()
    assert Message.objects.get().status == "sent"
    assert run("retry", str(key)).exit_code == 1
    assert run("retry", "--all").exit_code == 0
    assert run("retry").exit_code == 2
    assert run("retry", "1", "--all").exit_code == 2
