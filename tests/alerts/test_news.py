"""The mail that a title is back: one, true when it leaves, and the alert is erased with it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from comptoir.alerts import mails, operations
from comptoir.alerts.links import link_word
from comptoir.alerts.models import Alert
from comptoir.core.db import execute
from comptoir.notifications.models import Message, MessageStatus, Reason
from comptoir.notifications.operations import deliver
from comptoir.notifications.operations.drafts import LAST
from comptoir.stock.models import Demand
from tests.alerts.waiting import a_minute_passes, arrives, leaves, request_for_alert, waits_for
from tests.factories import make_product, make_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def limits(settings, no_jobs):
    settings.RATE_LIMITS = True
    settings.ALERTS_PER_ADDRESS = settings.MAILS_PER_STRANGER = 1000
    return settings


def send() -> list:
    """Send what is queued; return what has left since."""
    before = len(mail.outbox)
    for message in Message.objects.filter(status=MessageStatus.QUEUED, template="alert_back"):
        deliver(message_id=message.pk)
    return mail.outbox[before:]


def an_hour_passes() -> None:
    execute("UPDATE core_limit SET ends_at = ends_at - interval '1 hour'")
    execute("UPDATE alerts_alert SET due_at = due_at - interval '1 hour'")


def test_three_shops_that_get_it_at_once_are_one_mail(alert, title, shop):
    shops = [shop, make_shop(name="Deuxième"), make_shop(name="Troisième")]
    for each in shops:
        arrives(title, each)
    assert a_minute_passes() == 1
    (sent,) = send()
    for each in shops:
        assert each.name in sent.body
    assert a_minute_passes() == 0
    assert send() == []
    assert not Alert.objects.exists()


def test_what_has_gone_again_before_the_mail_is_queued_waits_on(alert, title, shop):
    arrives(title, shop)
    operations.follow()
    leaves(title, shop)
    assert operations.tell(now=timezone.now()) == 0
    arrives(title, shop)
    assert a_minute_passes() == 1


def test_what_has_gone_as_the_mail_leaves_uses_no_alert_up(alert, title, shop):
    arrives(title, shop)
    assert a_minute_passes() == 1
    leaves(title, shop)
    assert send() == []
    assert Message.objects.get().reason == Reason.TOO_LATE
    assert a_minute_passes() == 0
    assert not Message.objects.exists()
    alert.refresh_from_db()
    assert (alert.mail, alert.due_at) == ("", None)
    an_hour_passes()
    arrives(title, shop)
    assert a_minute_passes() == 1
    assert len(send()) == 1


def test_control_without_that_look_the_mail_would_tell_what_is_not_true(
    alert, title, shop, monkeypatch
):
    arrives(title, shop)
    a_minute_passes()
    leaves(title, shop)
    kept = mails.offers_for([alert], timezone.now())
    assert kept[alert.pk] == []
    monkeypatch.setattr(mails, "NoLongerTrue", ZeroDivisionError)
    with pytest.raises(ZeroDivisionError):
        send()


def test_several_titles_that_are_back_are_one_mail_and_what_is_gone_is_left_out(title, shop):
    other, third = make_product(title="Le Second"), make_product(title="Le Tiers")
    for each in (title, other, third):
        waits_for(each)
    for each in (title, other, third):
        arrives(each, shop)
    assert a_minute_passes() == 1
    leaves(other, shop)
    assert send() == [], "it would have said too much"
    an_hour_passes()
    assert a_minute_passes() == 1
    (sent,) = send()
    assert "Les Introuvables" in sent.body
    assert "Le Tiers" in sent.body
    assert "Le Second" not in sent.body
    a_minute_passes()
    assert [alert.product for alert in Alert.objects.all()] == [other]


def test_who_ends_an_alert_whose_mail_is_on_its_way_gets_none(alert, title, shop):
    arrives(title, shop)
    a_minute_passes()
    operations.end(word=link_word(alert))
    assert not Message.objects.exists()


def test_one_of_several_that_is_ended_leaves_the_mail_to_the_others(title, shop):
    other = make_product(title="Le Second")
    first, _second = waits_for(title), waits_for(other)
    for each in (title, other):
        arrives(each, shop)
    a_minute_passes()
    operations.end(word=link_word(first))
    assert send() == []
    an_hour_passes()
    a_minute_passes()
    (sent,) = send()
    assert "Le Second" in sent.subject


def test_a_mail_that_cannot_leave_ends_the_alert(alert, title, shop):
    arrives(title, shop)
    a_minute_passes()
    Message.objects.update(status=MessageStatus.FAILED, reason=Reason.MAILBOX)
    a_minute_passes()
    assert not Alert.objects.exists()
    assert not Message.objects.exists()


def test_a_mail_that_is_tried_again_keeps_the_alert(alert, title, shop):
    arrives(title, shop)
    a_minute_passes()
    Message.objects.update(reason=Reason.UNREACHABLE, failing_since=timezone.now())
    a_minute_passes()
    operations.erase_due(now=timezone.now() + timedelta(days=1000))
    assert Alert.objects.exists()


def test_news_waits_behind_other_mails(alert, title, shop):
    execute("DELETE FROM procrastinate_jobs")
    arrives(title, shop)
    a_minute_passes()
    (job,) = ProcrastinateJob.objects.filter(queue_name="mail")
    assert job.priority == LAST


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_mails_in_both_languages_hold_no_word_of_who_asked(title, shop, language):
    typed = {"near": "86000 poitiers", "language": language}
    asked = operations.ask(request_for_alert(title, **typed))
    (link,) = Message.objects.filter(template="alert_confirm")
    deliver(message_id=link.pk)
    operations.confirm(word=link_word(asked))
    arrives(title, shop)
    a_minute_passes()
    send()
    for sent in mail.outbox:
        for body in (sent.body, sent.alternatives[0].content):
            assert "Les Introuvables" in body
            assert "Poitiers" in body
            assert "86000 poitiers" not in body
            assert ("vous" in body) == (language == "fr")
        assert "\n" not in sent.subject
        assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_unconfirmed_and_old_alerts_are_erased_with_their_mails(title):
    waits_for(make_product(), email="a@example.org")
    operations.ask(request_for_alert(title))
    now = timezone.now()
    assert operations.erase_due(now=now + timedelta(hours=23)) == 0
    assert operations.erase_due(now=now + timedelta(hours=25)) == 1
    assert not Message.objects.exists()
    assert operations.erase_due(now=now + timedelta(days=89)) == 0
    assert operations.erase_due(now=now + timedelta(days=91)) == 1
    assert not Alert.objects.exists()


def test_a_link_whose_alert_is_confirmed_meanwhile_does_not_leave(title):
    asked = operations.ask(request_for_alert(title))
    key = Message.objects.get().pk
    Alert.objects.filter(pk=asked.pk).update(confirmed_at=timezone.now())
    deliver(message_id=key)
    assert mail.outbox == []


def test_what_is_asked_for_counts_as_demand(title):
    waits_for(title)
    assert Demand.objects.get(product=title).count == 1
