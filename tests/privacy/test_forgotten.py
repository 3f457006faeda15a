"""A person who was everywhere is nowhere, once each limit is past; a file of contracts apart."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import cache as locmem
from django.db import IntegrityError, transaction
from django.db.models import Exists
from django.test import Client

from comptoir.accounts.actors import SYSTEM
from comptoir.archives.chest import Folder
from comptoir.archives.models import BundlePiece
from comptoir.archives.operations import bundles, export_shop
from comptoir.contracts.models import Contract
from comptoir.core.models import Erasure
from comptoir.core.retention import walk
from comptoir.core.retention.shape import Declaration, Kept, Term, declarations
from comptoir.notifications.models import Message
from comptoir.orders.contacts import contact_key
from comptoir.orders.models import Order
from comptoir.orders.operations.privacy import erasure
from comptoir.orders.operations.privacy.erasure import erase_due
from comptoir.orders.postal import erasure as waits
from comptoir.payments.models import Refund
from comptoir.search import builder
from comptoir.withdrawals.models import Withdrawal
from tests.factories import make_offer
from tests.privacy.person import EMAIL, NAME, NEEDLES, PHONE, STREET, Seeded, seed, where_is
from tests.privacy.places import files_with, memory_with, server_log
from tests.site.flows import choose, send

pytestmark = pytest.mark.django_db
LATER = timedelta(days=800)
LAWFUL = {"contracts_contract": 1, "papers_paperfile": 1}
VAR = Path(settings.VAR)
AGED = {
    *("draws_drawentry", "orders_orderline", "papers_paperfile", "payments_refund"),
    *("shops_shop", "stock_usedcopy", "withdrawals_withdrawal"),
    *("accounts_auditentry", "accounts_user", "alerts_alert", "archives_bundlepiece"),
    *("archives_draft", "django_session", "events_pick", "notifications_message", "orders_order"),
    *("orders_postaladdress", "payments_transfer", "post_parcel", "shops_fieldchange"),
    *("shops_invitation", "shops_joinrequest", "shops_photofile", "stock_copyphoto"),
    *("stock_trialpiece", "webhooks_attempt", "orders_ordergroup"),
}


@pytest.fixture
def seeded() -> Seeded:
    return seed()


def test_the_person_is_found_before(seeded: Seeded) -> None:
    assert set(where_is(*NEEDLES)) == AGED
    assert files_with(VAR, *NEEDLES) == {"reports"}


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_but_what_the_law_has_kept(
    client: Client, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    server = server_log()
    seeded = seed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(code="1001").update(status="none", name=NAME)
    bundle = bundles.ask(shop=seeded.shop, actor=SYSTEM)
    bundles.make(bundle.pk)
    builder.rebuild()
    looked_at(client, seeded)
    # A bookseller's name below their word, which pages show; of who ordered nothing.
    assert memory_with(*NEEDLES) == {"comptoir.events.memory", "comptoir.site.events.lines"}
    later = seeded.at + LATER
    told = {each.row: each.past for each in walk.due(later) if each.past}
    proof = walk.erase_all(later)
    # What the dry run said is what went, and nothing is left.
    assert proof.gone == told
    assert proof.is_clean
    assert {each.row for each in walk.due(later) if each.past} == set()
    assert where_is(*NEEDLES) == LAWFUL
    # Nor as a fingerprint, but that by which they find these.
    assert where_is(contact_key(EMAIL)) == {"contracts_contract": 1, "papers_paper": 1}
    kept = Contract.objects.get()
    assert (kept.code, kept.cents, kept.buyer_name) == ("1003", 15_300, NAME)
    assert STREET in kept.buyer_address
    # The index, reports, whatever else is a file; the export of before, and one that is made now.
    assert not BundlePiece.objects.exists()
    builder.rebuild()
    assert files_with(VAR, *NEEDLES) == set()
    export_shop(shop=seeded.shop, chest=Folder(tmp_path / "export"), actor=SYSTEM)
    assert files_with(tmp_path, *NEEDLES) == {"export/paper_files"}
    looked_at(client, seeded)
    assert memory_with(*NEEDLES) == set()
    assert not any(needle in caplog.text for needle in NEEDLES)
    refused = server()
    assert not refused or "orders_order_status" in refused
    assert not any(needle in refused for needle in NEEDLES)
    said = json.dumps([proof.gone, proof.left, proof.failures])
    assert not any(needle in said for needle in NEEDLES)
    # Their own dates: ten years from the delivery, and from the end of the invoice's year.
    walk.erase_all(seeded.at + timedelta(days=4_100))
    assert where_is(*NEEDLES) == {}


def looked_at(client: Client, seeded: Seeded) -> None:
    """Have a process keep what it keeps of pages that were asked for."""
    order = seeded.shop.orders.get(code="1001")
    send(client, choose(client, make_offer()), name="", email=EMAIL, phone=PHONE)
    for page in ("/", f"/{seeded.shop.slug}", f"/reservation/{order.token}", "/recherche?q=livre"):
        client.get(page)


def test_control_the_search_finds_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"x" + NAME.encode())
    assert files_with(tmp_path, *NEEDLES) == {"a"}
    locmem.cache.set("who", {"name": [NAME]})
    try:
        assert memory_with(*NEEDLES)
    finally:
        locmem.cache.delete("who")


def without(model: str) -> Iterator[tuple[str, Declaration]]:
    for label, each in _all():
        kept = tuple(
            Kept(k.model, k.columns, k.what, k.why, Term(k.until.words, k.until.past, _nothing))
            if isinstance(k.until, Term) and k.model == model
            else k
            for k in each.kept
        )
        yield label, Declaration(kept, each.impersonal, each.elsewhere, each.personal)


_all = declarations


def _nothing(now: datetime) -> None:
    """Stand in for an eraser that was taken away."""


@pytest.mark.parametrize(
    ("model", "table"),
    [("alerts.Alert", "alerts_alert"), ("notifications.Message", "notifications_message")],
)
def test_one_eraser_less_is_found(
    seeded: Seeded, monkeypatch: pytest.MonkeyPatch, model: str, table: str
) -> None:
    monkeypatch.setattr(walk, "declarations", lambda: without(model))
    with pytest.raises(walk.NotErasedError) as left:
        walk.erase_all(seeded.at + LATER)
    assert {name.partition(" ")[0] for name in left.value.rows} == {model}
    assert table in where_is(*NEEDLES)
    assert not Erasure.objects.get().is_clean


def test_what_was_posted_waits_for_its_withdrawal_and_its_refund(
    seeded: Seeded, settings: pytest.FixtureRequest
) -> None:
    settings.ERASE_POSTED_AFTER_DAYS = 45
    posted = Order.objects.get(code="1002")
    # Nobody knows when it arrived: thirty days, fourteen to withdraw, fourteen to send back.
    walk.erase_all(seeded.at + timedelta(days=57))
    posted.refresh_from_db()
    assert posted.name == NAME
    late = seeded.at + timedelta(days=50)
    posted.events.create(kind="delivered", happened_at=late, status="delivered", **seeded.acts)
    walk.erase_all(late + timedelta(days=27))
    posted.refresh_from_db()
    assert posted.name == NAME
    transfer = Order.objects.get(code="1003").bank_transfers.get()
    transfer.pk, transfer.order = None, posted
    transfer.save()
    capture = posted.captures.create(
        account=transfer.account,
        transfer=transfer,
        ref="posted",
        cents=10,
        captured_at=late,
        noted_at=late,
    )
    refund = Refund.objects.create(
        order=posted,
        capture=capture,
        cents=10,
        token="posted",
        reason="owner",
        asked_at=late,
        **seeded.acts,
    )
    walk.erase_all(late + timedelta(days=29))
    posted.refresh_from_db()
    assert posted.name == NAME
    Refund.objects.filter(pk=refund.pk).update(status="done")
    walk.erase_all(late + timedelta(days=29))
    posted.refresh_from_db()
    assert posted.name == ""


def _withdrawn(order: Order, at: datetime) -> None:
    Withdrawal.objects.create(order=order, declared_at=at, confirmed_at=at)


def _mail_waits(order: Order, at: datetime) -> None:
    mail = Message.objects.create(
        to=EMAIL, language="fr", template="post_delivered", context={}, about=f"order:{order.pk}"
    )
    Message.objects.filter(pk=mail.pk).update(created_at=at)


@pytest.mark.parametrize(
    ("happens", "days"), [(_withdrawn, 366), (_mail_waits, 31)], ids=["withdrawal", "mail"]
)
def test_what_was_posted_waits_for_what_is_open_and_not_for_ever(
    seeded: Seeded, monkeypatch: pytest.MonkeyPatch, happens: Any, days: int
) -> None:
    posted, at = Order.objects.get(code="1002"), seeded.at + timedelta(days=100)
    happens(posted, at)

    def named_then(later: datetime) -> bool:
        with transaction.atomic():
            erase_due(now=later)
            posted.refresh_from_db()
            transaction.set_rollback(True)
        return bool(posted.name)

    day = timedelta(days=1)
    assert named_then(at + day)
    assert not named_then(at + days * day), "not for ever"
    if happens is _mail_waits:
        monkeypatch.setattr(erasure, "_mail_to_leave", lambda _now: Exists(Order.objects.none()))
    else:
        monkeypatch.setattr(waits, "_WAITS", [])
    assert not named_then(at + day), "without the guard"
