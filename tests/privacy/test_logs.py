"""The log of a whole run, read for the person who ran it: nothing of them, no secret of a link."""

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import DiscreetFormatter
from comptoir.core.retention import walk
from comptoir.notifications.models import Message
from comptoir.notifications.operations.letters import letter
from comptoir.orders.contacts import confirmation_proof
from comptoir.orders.errors import MoveRefused
from comptoir.orders.models import Order
from comptoir.orders.operations import cancel, collect, expire_due, set_aside
from tests.factories import make_offer
from tests.privacy.links import rights_word
from tests.site.flows import choose, send

pytestmark = pytest.mark.django_db
NAME, EMAIL, PHONE = "Zéphyrine Malaquais", "zephyrine.malaquais@example.org", "0699887766"


def test_a_whole_run_is_logged_without_its_person(client, settings, caplog, monkeypatch):
    settings.ACCESS_LOG = True
    caplog.set_level(logging.INFO)
    logging.getLogger("comptoir.access").setLevel(logging.INFO)
    client.raise_request_exception = False
    person = {"name": NAME, "email": EMAIL, "phone": PHONE}
    placed = send(client, choose(client, make_offer(on_hand=3)), **person)
    send(client, choose(client, make_offer()), name="", email="no address", phone=PHONE)
    order = Order.objects.get()
    client.post(f"/reservation/{order.token}/confirmer/{confirmation_proof(order)}")
    set_aside(order_id=order.pk, actor=SYSTEM)
    for message in Message.objects.all():
        mail.get_connection().send_messages([letter(message, None)])
    collect(order_id=order.pk, actor=SYSTEM)
    expire_due(now=timezone.now())
    word = rights_word(EMAIL)
    for page in ("", "/effacer", "/donnees.json"):
        client.get(f"/vie-privee/mes-donnees/{word}{page}").getvalue()
    with pytest.raises(MoveRefused):
        cancel(order_id=order.pk, actor=SYSTEM)

    def broken(*_what: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("comptoir.site.rights.pages.person.erase", broken)
    assert client.post(f"/vie-privee/mes-donnees/{word}/effacer").status_code == 500
    walk.erase_all(timezone.now() + timedelta(days=40))
    written = "\n".join(DiscreetFormatter().format(each) for each in caplog.records)
    assert "ZeroDivisionError" in written
    assert placed.url.startswith("/reservation/")
    for secret in (NAME, "Malaquais", EMAIL, PHONE, PHONE[1:], order.token, word):
        assert secret not in written
