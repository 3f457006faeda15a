"""What the one mail about several shops says, in both languages, and what it carries."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.words import spaced_code
from comptoir.notifications.models import Message, MessageStatus
from comptoir.notifications.operations import deliver, render
from comptoir.orders.group import GroupMode, OrderGroup
from comptoir.orders.group_mails import still_matters
from comptoir.orders.models import Order
from comptoir.orders.operations import cancel, cancel_group, place_group
from comptoir.orders.operations.requests import Customer
from comptoir.orders.reads import mail_of, unreached, unreached_ids
from tests.factories import group_for, make_offer, make_shop
from tests.orders.groups import confirm_all_by_mail, proof_of

pytestmark = pytest.mark.django_db


def placed(language: str, **fields: object) -> OrderGroup:
    """Place a group in two shops, of two towns."""
    shops = [make_shop(name="Le Pilori", city="Poitiers"), make_shop(name="Sillon", city="Niort")]
    customer = Customer("Zéphirine", "camille@example.org", language=language)
    offers = [make_offer(shop=shop, on_hand=9) for shop in shops]
    return place_group(group_for(*offers, customer=customer, **fields))


def sent(template: str):
    """Send the mail of a template; return it."""
    deliver(message_id=Message.objects.get(template=template).pk)
    return mail.outbox[-1]


def bodies(letter) -> list[str]:
    return [letter.body, letter.alternatives[0].content]


@pytest.mark.parametrize(
    ("language", "subject", "once"),
    [
        (
            "fr",
            "Confirmez vos réservations dans plusieurs boutiques",
            "confirmez le tout en une fois",
        ),
        ("en", "Confirm your reservations in several shops", "confirm all of it at once"),
    ],
)
def test_one_mail_asks_to_confirm_all(language, subject, once):
    group = placed(language)
    letter = sent("group_confirm")
    assert letter.subject == subject
    for body in bodies(letter):
        assert once in body
        link = f"/reservation/groupe/{group.token}/confirmer/{proof_of(group)}"
        assert body.count(link) == 1
        for order in group.orders.all():
            assert order.shop.name in body
            assert order.shop.city in body
            assert order.lines.all()[0].title in body
            # As with one order, no code before somebody has shown that the address is theirs.
            assert spaced_code(order.code) not in body
        assert "Zéphirine" not in body


@pytest.mark.parametrize(
    ("language", "subject", "kept", "day"),
    [
        ("fr", "Réservé dans plusieurs boutiques", "Gardé pour vous", "mardi"),
        ("en", "Reserved in several shops", "Kept for you", "Tuesday"),
    ],
)
def test_the_mail_of_what_is_placed_has_each_shop_s_code_hours_and_deadline(
    language, subject, kept, day
):
    group = placed(language)
    confirm_all_by_mail(group)
    letter = sent("group_placed")
    assert letter.subject == subject
    for body in bodies(letter):
        assert "Zéphirine" in body
        assert body.count(kept) == 2
        assert body.count(day) >= 2
        assert f"/reservation/groupe/{group.token}" in body
        for order in group.orders.all():
            assert spaced_code(order.code) in body
    codes = [order.code for order in group.orders.all()]
    pictures = [f"<code-{code}.png>" for code in codes]
    assert [part["Content-ID"] for part in letter.attachments if part["Content-ID"]] == pictures
    assert all(f"cid:code-{code}.png" in letter.alternatives[0].content for code in codes)
    events = [x for x in letter.attachments if x.get_content_type() == "text/calendar"]
    assert len(events) == 2


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "C’est tout ou rien"), ("en", "It is all or nothing")]
)
def test_it_says_that_it_is_all_or_nothing(language, words):
    placed(language, mode=GroupMode.ALL)
    assert all(words in body for body in bodies(sent("group_confirm")))
    Message.objects.all().delete()
    placed(language)
    assert not any(words in body for body in bodies(sent("group_confirm")))


def test_what_is_not_held_is_said(settings):
    settings.UNVERIFIED_PER_ORDER = 1
    group = placed("en")
    letter = sent("group_confirm")
    assert "What is not held yet is held when you confirm" in letter.body
    settings.UNVERIFIED_PER_ORDER = 0
    Message.objects.all().delete()
    placed("en")
    assert "They are not held yet" in sent("group_confirm").body
    assert group.orders.count() == 2


def test_a_cancelled_group_is_told_once():
    group = placed("fr", verified=True)
    cancel(token=group.orders.all()[0].token, actor=READER)
    cancel_group(token=group.token, actor=READER)
    letter = sent("group_cancelled")
    assert letter.subject == "Réservation annulée\u00a0: Sillon"
    assert "Sillon" in letter.body
    assert "Le Pilori" not in letter.body


@pytest.mark.parametrize("template", ["group_confirm", "group_placed"])
def test_a_mail_about_a_single_shop_names_it(template):
    """One order of a group may be all that was placed, or all that is left of it."""
    group = placed("fr")
    message = Message(
        template=template,
        language="fr",
        context={"group": group.pk, "orders": [group.orders.all()[0].pk]},
    )
    render(message)
    assert message.subject.endswith("Le Pilori")
    assert "boutiques" not in message.text.partition("----")[0]


def test_a_late_mail_matters_while_something_of_it_does():
    group = placed("fr")
    now, confirm = timezone.now(), Message.objects.get(template="group_confirm")
    assert still_matters(confirm, now)
    assert not still_matters(confirm, now + timedelta(hours=1))
    confirm_all_by_mail(group)
    done = Message.objects.get(template="group_placed")
    assert not still_matters(confirm, now)
    assert still_matters(done, now)
    cancel_group(token=group.token, actor=READER)
    cancelled = Message.objects.get(template="group_cancelled")
    assert not still_matters(done, now)
    assert still_matters(cancelled, now)
    assert not still_matters(cancelled, now + timedelta(days=3))


def test_each_shop_hears_that_a_reader_of_a_group_was_not_reached():
    group = placed("fr", verified=True)
    Message.objects.update(
        status=MessageStatus.FAILED, reason="mailbox", failing_since=timezone.now()
    )
    for order in Order.objects.filter(group=group):
        assert unreached_ids(order.shop_id) == [order.pk]
        ((told, how),) = unreached([order.pk], actor=SYSTEM)
        assert (told, how.no_mailbox) == (order, True)
        assert mail_of(order).no_mailbox


def test_nobody_is_to_be_called_for_a_link_that_did_not_leave():
    """The control: anybody may type an address."""
    group = placed("fr")
    Message.objects.update(
        status=MessageStatus.FAILED, reason="mailbox", failing_since=timezone.now()
    )
    assert [unreached_ids(order.shop_id) for order in group.orders.all()] == [[], []]
