"""A reader's page says that a mail has left when it has, and otherwise why not."""

from smtplib import SMTPRecipientsRefused

import pytest
from django.test import Client

from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver, note_failure
from comptoir.orders.operations import place
from tests.factories import make_offer, request_for
from tests.site.flows import text

pytestmark = pytest.mark.django_db
NO_MAILBOX = SMTPRecipientsRefused({"a": (550, b"5.1.1 unknown")})


def said(order) -> str:
    return text(Client().get(f"/reservation/{order.token}"))


@pytest.mark.parametrize(
    ("error", "last", "says"),
    [
        (None, False, "Le courriel est parti pour"),
        (ConnectionRefusedError(), False, "tenté de nouveau tout seul"),
        (ConnectionRefusedError(), True, "n’a pas pu partir"),
        (NO_MAILBOX, False, "Réservez de nouveau avec une autre adresse"),
    ],
)
def test_the_link_has_left_or_why_it_has_not(error, last, says):
    order = place(request_for(make_offer()))
    assert "Le courriel part pour" in said(order)
    assert says not in said(order)
    key = Message.objects.get().pk
    if error is None:
        deliver(message_id=key)
    else:
        note_failure(message_id=key, error=error, is_last=last)
    assert says in said(order)
    assert ("Le lien n’est pas parti" in said(order)) is (error is not None)


def test_a_reader_who_is_not_reached_is_told_to_keep_the_page():
    order = place(request_for(make_offer(), trusted=True))
    assert "n’est pas parti" not in said(order)
    note_failure(message_id=Message.objects.get().pk, error=NO_MAILBOX, is_last=False)
    assert "n’est pas parti" in said(order)
    assert "gardez-la" in said(order)


def test_the_page_asks_again_soon_while_a_link_is_being_sent():
    order = place(request_for(make_offer()))
    page = Client().get(f"/reservation/{order.token}").content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    deliver(message_id=Message.objects.get().pk)
    page = Client().get(f"/reservation/{order.token}").content.decode()
    assert 'hx-trigger="every 10s"' in page
    assert "<noscript><meta" not in page
