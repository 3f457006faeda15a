"""The log of a whole run, read for the person who ran it: nothing of them, no secret of a link."""

import ast
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import DiscreetFormatter
from comptoir.core.retention import walk
from comptoir.core.watch.trail import JsonFormatter
from comptoir.notifications.models import Message
from comptoir.notifications.operations.letters import letter
from comptoir.orders.contacts import confirmation_proof
from comptoir.orders.errors import MoveRefused
from comptoir.orders.models import Order
from comptoir.orders.operations import cancel, collect, expire_due, set_aside
from tests.factories import make_offer
from tests.privacy.links import rights_word
from tests.privacy.person import Seeded
from tests.site.flows import choose, send

pytestmark = pytest.mark.django_db
COMPTOIR = Path(__file__).resolve().parents[2] / "comptoir"
CALL = re.compile(r"\b(log|logger)\.(debug|info|warning|error|exception|critical)\(")
PERSONAL = {
    *("email", "phone", "street", "extra", "postcode", "tracking", "reference", "proof", "token"),
    *("customer", "reader", "buyer_name", "buyer_email", "buyer_address", "asker_name"),
    *("asker_email", "signed", "subject", "html", "context", "to", "nonce", "email_key"),
}
"""Fields that say who somebody is, or open what is theirs: no line of a log is given one."""
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


def told_to_logs(source: str) -> Iterator[str]:
    """Yield the fields that the calls of a log in a module are given."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and CALL.match(ast.unparse(node.func) + "("):
            for given in (*node.args, *(each.value for each in node.keywords)):
                yield from (x.attr for x in ast.walk(given) if isinstance(x, ast.Attribute))
                yield from (x.id for x in ast.walk(given) if isinstance(x, ast.Name))


def test_no_log_is_given_a_personal_field():
    texts = {path: path.read_text(encoding="utf-8") for path in COMPTOIR.rglob("*.py")}
    calls = {path: told_to_logs(text) for path, text in texts.items() if CALL.search(text)}
    assert len(calls) > 10
    found = {path.name: PERSONAL & {*names} for path, names in calls.items()}
    assert {name: fields for name, fields in found.items() if fields} == {}


def test_control_a_personal_field_in_a_log_is_found():
    assert PERSONAL & {*told_to_logs('log.info("%s", order.email, extra={"n": token})')} == {
        *("email", "token"),
    }


def test_a_row_that_the_database_refuses_is_quoted_in_no_log():
    order = Seeded().order("1001")
    name = f"{NAME}\n\nMalaquais"
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Order.objects.filter(pk=order.pk).update(status="none", name=name)
    failed = (refused.type, refused.value, refused.tb)
    record = logging.LogRecord("x", logging.ERROR, "", 1, "failed: %s", (refused.value,), failed)
    assert NAME in logging.Formatter().format(record), "what would stand there"
    record.exc_text = None
    for formatter in (DiscreetFormatter(), JsonFormatter()):
        written = formatter.format(record)
        record.exc_text = None
        assert "orders_order_status" in written
        for secret in (NAME, "Malaquais", EMAIL, PHONE[1:], order.token):
            assert secret not in written
