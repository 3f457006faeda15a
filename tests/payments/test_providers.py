"""What each provider is asked and what its answers mean, against its part on this machine."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from comptoir.payments.errors import BadSignature, Refused, Silent
from comptoir.payments.providers.mollie import Mollie
from comptoir.payments.providers.protocol import Back, State, Wanted
from comptoir.payments.providers.stripe import Stripe
from tests.payments.mollie_part import KEY as MOLLIE_KEY
from tests.payments.stripe_part import KEY, SIGNING, StripePart

pytestmark = pytest.mark.django_db


STRIPE, MOLLIE = Stripe(key=KEY, signing=SIGNING), Mollie(key=MOLLIE_KEY)


def wanted(key: str = "cpt_1", cents: int = 2990, minutes: int = 31) -> Wanted:
    until = (datetime.now(UTC) + timedelta(minutes=minutes)).replace(microsecond=0)
    return Wanted(
        key=key,
        cents=cents,
        name="Librairie du Pilori, commande 12345678",
        language="fr",
        expires_at=until,
        return_url="https://example.org/retour",
        cancel_url="https://example.org/retour",
        notice_url="https://example.org/avis",
    )


def test_stripe_opens_once_a_key_and_tells_what_was_paid(stripe_part):
    asked = wanted()
    opened = STRIPE.open(asked)
    assert STRIPE.open(asked) == opened
    assert list(stripe_part.sessions) == [opened.ref]
    assert stripe_part.sessions[opened.ref]["amount_total"] == 2990
    assert STRIPE.look(opened.ref).state is State.OPEN
    stripe_part.pay(opened.ref)
    seen = STRIPE.look(opened.ref)
    assert (seen.state, seen.cents, seen.returned) == (State.PAID, 2990, ())
    assert [(each.key, each.cents) for each in STRIPE.listed(_hour_ago())] == [("cpt_1", 2990)]


def test_a_session_is_open_half_an_hour_at_least_so_a_shorter_hold_ends_it(stripe_part):
    with pytest.raises(Refused):
        STRIPE.open(wanted("short", minutes=20))
    opened = STRIPE.open(wanted())
    STRIPE.close(opened.ref)
    STRIPE.close(opened.ref)
    assert STRIPE.look(opened.ref).state is State.ENDED
    assert not stripe_part.pay(opened.ref)


def test_completed_may_be_unpaid_and_fail_later(stripe_part):
    for good, state in ((True, State.PAID), (False, State.ENDED)):
        opened = STRIPE.open(replace(wanted(f"cpt_{good}"), slow=True))
        stripe_part.pay(opened.ref, later=True)
        assert stripe_part.events[-1]["type"] == "checkout.session.completed"
        assert STRIPE.look(opened.ref).state is State.PENDING
        stripe_part.come(opened.ref, good=good)
        assert STRIPE.look(opened.ref).state is state


def test_an_answer_that_was_lost_is_asked_for_again_and_found(stripe_part):
    stripe_part.fails = 1
    began = datetime.now(UTC)
    with pytest.raises(Silent):
        STRIPE.open(wanted())
    assert len(stripe_part.sessions) == 1
    found = STRIPE.find("cpt_1", began)
    assert found is not None
    assert found == STRIPE.open(wanted())
    assert STRIPE.find("cpt_2", began) is None


def test_refunds_in_parts_never_more_than_came_in(stripe_part):
    opened = STRIPE.open(wanted())
    stripe_part.pay(opened.ref)
    payment = STRIPE.look(opened.ref).payment
    first = STRIPE.refund(payment, cents=1000, key="r-0")
    assert (first.key, first.cents, first.state) == ("r-0", 1000, Back.DONE)
    assert STRIPE.refund(payment, cents=1000, key="r-0") == first
    with pytest.raises(Refused) as refused:
        STRIPE.refund(payment, cents=2000, key="r-1")
    assert refused.value.data["said"] == "charge_already_refunded"
    by_hand = stripe_part.refund_by_hand(payment, 90)
    assert {each.ref: each.key for each in STRIPE.look(opened.ref).returned} == {
        first.ref: "r-0",
        by_hand: "",
    }
    assert next(STRIPE.listed(_hour_ago())).returned_cents == 1090


def test_lists_are_read_to_their_end(stripe_part):
    for number in range(205):
        stripe_part.pay(STRIPE.open(wanted(f"cpt_{number}")).ref)
    assert len(list(STRIPE.listed(_hour_ago()))) == 205


def test_a_wrong_key_is_refused(stripe_part):
    assert STRIPE.check() == ""
    with pytest.raises(Refused):
        Stripe(key="sk_test_other", signing="").check()


def _event(part: StripePart) -> dict:
    opened = STRIPE.open(wanted())
    part.pay(opened.ref)
    return part.events[-1]


def test_a_signature_is_of_the_body_the_secret_and_the_moment(stripe_part):
    event = _event(stripe_part)
    body, header = stripe_part.signed(event)
    now = datetime.now(UTC)
    told = STRIPE.read({"stripe-signature": header}, body, now)
    assert (told.event, told.key, told.ours) == (event["id"], "cpt_1", True)
    moment, _comma, signature = header.partition(",")
    # While a secret is being changed there are several, and the order says nothing.
    two = f"{moment},v1={'0' * 64},{signature},v0=old"
    assert STRIPE.read({"stripe-signature": two}, body, now) == told
    late = now + timedelta(minutes=6)
    old = stripe_part.signed(event, at=int(now.timestamp()) - 400)[1]
    bad = (header.replace("v1=", "v1=0"), moment, "", "t=,v1=", f"t=1,{moment},{signature}", old)
    bad += (stripe_part.signed(event, secret="whsec_other")[1],)
    for wrong in bad:
        with pytest.raises(BadSignature):
            STRIPE.read({"stripe-signature": wrong}, body, now)
    with pytest.raises(BadSignature):
        STRIPE.read({"stripe-signature": header}, body + b" ", now)
    with pytest.raises(BadSignature):
        STRIPE.read({"stripe-signature": header}, body, late)


def test_what_is_not_ours_is_said_to_be(stripe_part):
    event = _event(stripe_part)
    event["data"]["object"]["metadata"] = {}
    for kind in ("checkout.session.completed", "customer.created"):
        body, header = stripe_part.signed(event | {"type": kind})
        assert not STRIPE.read({"stripe-signature": header}, body, datetime.now(UTC)).ours


def test_mollie_opens_pays_refunds_and_cancels(mollie_part):
    opened = MOLLIE.open(wanted())
    assert MOLLIE.open(wanted()) == opened
    assert mollie_part.payments[opened.ref]["amount"] == {"currency": "EUR", "value": "29.90"}
    assert MOLLIE.look(opened.ref).state is State.OPEN
    mollie_part.pay(opened.ref)
    MOLLIE.close(opened.ref)
    seen = MOLLIE.look(opened.ref)
    assert (seen.state, seen.payment, seen.cents) == (State.PAID, opened.ref, 2990)
    back = MOLLIE.refund(opened.ref, cents=1005, key="r-0")
    assert (back.key, back.cents, back.state) == ("r-0", 1005, Back.ON_ITS_WAY)
    with pytest.raises(Refused):
        MOLLIE.refund(opened.ref, cents=2990, key="r-1")
    mollie_part.refunds[back.ref]["status"] = "refunded"
    assert [each.state for each in MOLLIE.look(opened.ref).returned] == [Back.DONE]
    other = MOLLIE.open(wanted("cpt_2"))
    MOLLIE.close(other.ref)
    assert MOLLIE.look(other.ref).state is State.ENDED
    assert MOLLIE.check() == "Disquaire d’essai"


def test_mollies_list_is_read_page_by_page_and_its_notices_name_a_payment(mollie_part):
    mollie_part.page = 2
    for number in range(5):
        mollie_part.pay(MOLLIE.open(wanted(f"cpt_{number}", cents=1234)).ref)
    assert [each.cents for each in MOLLIE.listed(_hour_ago())] == [1234] * 5
    found = MOLLIE.find("cpt_0", _hour_ago())
    assert found is not None
    now = datetime.now(UTC)
    first, again = (MOLLIE.read({}, mollie_part.notice(found.ref), now) for _ in range(2))
    assert first.ref == found.ref
    assert first.event != again.event
    for wrong in (b"", b"id=", b"id=../x", b"id=tr_%00", b"\xff"):
        with pytest.raises(BadSignature):
            MOLLIE.read({}, wrong, now)


def _hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)
