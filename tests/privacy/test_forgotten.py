"""A person who was everywhere is nowhere, once each limit is past; a file of contracts apart."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from comptoir.contracts.models import Contract
from comptoir.core.models import Erasure
from comptoir.core.retention import walk
from comptoir.core.retention.shape import Declaration, Kept, Term, declarations
from comptoir.orders.contacts import contact_key
from comptoir.orders.models import Order
from comptoir.payments.models import Refund
from tests.privacy.person import EMAIL, NAME, NEEDLES, STREET, Seeded, seed, where_is

pytestmark = pytest.mark.django_db
LATER = timedelta(days=800)
AGED = {
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


def test_nothing_is_left_but_the_contract(
    seeded: Seeded, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    later = seeded.at + LATER
    told = {each.row: each.past for each in walk.due(later) if each.past}
    proof = walk.erase_all(later)
    # What the dry run said is what went, and nothing is left.
    assert proof.gone == told
    assert proof.is_clean
    assert {each.row for each in walk.due(later) if each.past} == set()
    assert where_is(*NEEDLES) == {"contracts_contract": 1}
    # Not as a fingerprint either.
    assert where_is(contact_key(EMAIL)) == {"contracts_contract": 1}
    kept = Contract.objects.get()
    assert (kept.code, kept.cents, kept.buyer_name) == ("1003", 15_300, NAME)
    assert STREET in kept.buyer_address
    assert not any(needle in caplog.text for needle in NEEDLES)
    said = json.dumps([proof.gone, proof.left, proof.failures])
    assert not any(needle in said for needle in NEEDLES)
    # Its own date: ten years from the delivery.
    walk.erase_all(seeded.at + timedelta(days=3_700))
    assert where_is(*NEEDLES) == {}


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
    capture = posted.captures.create(
        account=transfer.account,
        transfer=transfer,
        ref="r",
        cents=10,
        captured_at=late,
        noted_at=late,
    )
    refund = Refund.objects.create(
        order=posted,
        capture=capture,
        cents=10,
        token="t",
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
