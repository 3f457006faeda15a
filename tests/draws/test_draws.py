"""A draw from its opening to its end: copies set aside, one entry a person, order and offers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Conflict, Faults, Forbidden, Invalid, NotFound
from comptoir.draws import drand, operations
from comptoir.draws.errors import (
    EnteredAlready,
    EntriesClosed,
    KnownBefore,
    NotKnownYet,
    NotWon,
    WrongPhase,
)
from comptoir.draws.fairness import commitment, faults
from comptoir.draws.models import Draw, DrawEntry, EntryState, Phase
from comptoir.draws.reads import published
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders.checks import problems
from comptoir.orders.contacts import contact_key
from comptoir.orders.errors import CopiesGone
from comptoir.orders.models import KnownContact, OrderStatus
from comptoir.orders.operations import place
from comptoir.releases.errors import OneAPerson
from comptoir.releases.operations import ReleaseRequest, announce
from comptoir.shops.models import Membership, StaffRole
from tests.draws.world import DAY, HOUR, KNOWN, NOW, SOURCE, asked, drawn, opened, person
from tests.factories import (
    make_network,
    make_offer,
    make_shop,
    make_staff,
    persons_request_for,
    request_for,
    staff_of,
)

pytestmark = pytest.mark.django_db


def test_copies_of_a_draw_are_promised_to_nobody_else(draw, offer):
    offer.refresh_from_db()
    assert offer.held == 3
    place(persons_request_for(offer))
    with pytest.raises(CopiesGone):
        place(request_for(offer))
    assert list(problems()) == []


def test_no_more_copies_are_drawn_for_than_are_free(offer):
    with pytest.raises(Conflict) as refused:
        opened(offer, copies=5)
    assert (refused.value.code, refused.value.data["available"]) == ("too_few_copies", 4)


def test_the_commitment_is_there_from_the_first_moment_and_the_seed_is_not(draw):
    assert draw.commitment == commitment(bytes(draw.seed), SOURCE, KNOWN.isoformat())
    told = published(draw)
    assert told["commitment"] == draw.commitment
    assert (told["seed"], told["value"], told["entries"]) == (None, None, [])
    assert bytes(draw.seed).hex() not in repr(told)


def test_ten_tabs_and_several_names_of_a_mailbox_are_one_entry(draw):
    first = person(draw, "j.doe@gmail.com")
    for _tab in range(10):
        assert person(draw, "j.doe@gmail.com").pk == first.pk
    assert asked(draw, "jdoe+two@googlemail.com").pk == first.pk
    # Another address of who this browser knows is no second entry either.
    assert asked(draw, "other@example.org", marked="j.doe@gmail.com").pk == first.pk
    assert DrawEntry.objects.count() == 1


def test_a_long_title_is_cut_at_a_word_in_the_subject_and_whole_in_the_mail(offer):
    offer.product.title = "Histoire naturelle et sociale d’une famille sous le Second Empire " * 2
    offer.product.save()
    person(opened(offer, copies=1), "ana@example.org")
    mail = Message.objects.get(template="draw_entered")
    render(mail)
    assert "sous le Second Empire…" in mail.subject
    assert len(mail.subject) < 120
    assert all(offer.product.title.strip() in part for part in (mail.text, mail.html))


def test_an_unconfirmed_entry_counts_once_its_link_is_pressed(draw):
    entry = asked(draw, "new@example.org")
    assert entry.state == EntryState.ASKED
    assert Message.objects.get(about=f"draw:{entry.pk}").template == "draw_confirm"
    assert operations.confirm_entry(token=entry.token, now=NOW).state == EntryState.IN
    assert KnownContact.objects.filter(key=entry.key).exists()
    late = asked(draw, "late@example.org")
    with pytest.raises(EntriesClosed):
        operations.confirm_entry(token=late.token, now=NOW + DAY)
    operations.freeze_due(now=NOW + DAY)
    assert not DrawEntry.objects.filter(pk=late.pk).exists()
    assert not Message.objects.filter(about=f"draw:{late.pk}").exists()


def test_a_second_address_is_refused_where_its_link_is_pressed(draw):
    person(draw, "mine@example.org")
    other = asked(draw, "other@example.org")
    marked = contact_key("mine@example.org")
    with pytest.raises(EnteredAlready):
        operations.confirm_entry(token=other.token, marked_key=marked, now=NOW)


def test_nobody_enters_after_the_close(draw):
    with pytest.raises(EntriesClosed):
        person(draw, "late@example.org", now=NOW + DAY)
    with pytest.raises(Faults):
        asked(draw, "no address")


def test_what_is_published_reproduces_the_draw(draw):
    made = drawn(draw)
    told = published(made)
    assert faults(told) == []
    assert len(told["winners"]) == 3
    assert not [key for key in ("p1@", "Ana") if key in repr(told)]
    states = list(made.entries.order_by("place").values_list("state", flat=True))
    assert states == [EntryState.OFFERED] * 3 + [EntryState.IN] * 3
    mails = Message.objects.filter(template__in=["draw_won", "draw_lost"])
    assert sorted(mails.values_list("template", flat=True)) == ["draw_lost"] * 3 + ["draw_won"] * 3


def test_a_draw_is_made_once_and_after_its_close(draw):
    with pytest.raises(WrongPhase):
        operations.draw_lots(draw=draw, value="early", actor=SYSTEM, now=NOW)
    made = drawn(draw)
    again = operations.draw_lots(draw=draw, value="beacon 42", actor=SYSTEM, now=NOW + 2 * DAY)
    assert again.drawn_at == made.drawn_at
    with pytest.raises(WrongPhase):
        operations.draw_lots(draw=draw, value="another", actor=SYSTEM, now=NOW + 2 * DAY)


def test_no_draw_is_made_before_its_value_can_be_known(draw):
    """The control: the same value, entered once it is known, draws."""
    for number in range(4):
        person(draw, f"p{number}@example.org")
    operations.freeze_due(now=NOW + DAY)
    early = KNOWN - timedelta(seconds=1)
    with pytest.raises(NotKnownYet) as refused:
        operations.draw_lots(draw=draw, value="beacon 42", actor=SYSTEM, now=early)
    assert refused.value.data["known_at"] == KNOWN.isoformat()
    made = operations.draw_lots(draw=draw, value="beacon 42", actor=SYSTEM, now=KNOWN)
    assert faults(published(made)) == []


def test_a_list_that_was_frozen_when_the_value_was_known_is_never_drawn(draw, monkeypatch):
    """The control: without the guard it would be, and who checks what is published sees it."""
    person(draw, "p@example.org")
    operations.freeze_due(now=KNOWN)
    later = {"value": "beacon 42", "actor": SYSTEM, "now": KNOWN + HOUR}
    with pytest.raises(KnownBefore):
        operations.draw_lots(draw=draw, **later)
    monkeypatch.setattr(Draw, "is_blind", True)
    made = operations.draw_lots(draw=draw, **later)
    assert faults(published(made)) == ["the list was frozen when the number was known"]


def test_a_round_of_drand_is_known_after_the_close(offer):
    """Of “drand” alone the round that fits is written; one that is known sooner is refused with
    that one. The moment of a round as others reckon it."""
    assert drand.moment_of(27_946_612) == datetime(2026, 4, 20, tzinfo=UTC)
    draw = opened(offer, copies=1, source="drand")
    fitting = drand.named_round(draw.source)
    assert timedelta(0) <= drand.moment_of(fitting) - KNOWN < timedelta(seconds=drand.PERIOD)
    with override("fr"):
        assert draw.source_in_words == f"drand quicknet, tour {fitting}"
    assert draw.source == f"drand quicknet, round {fitting}"
    with pytest.raises(Invalid) as refused:
        opened(offer, copies=1, source=f"drand quicknet, round {fitting - 1}")
    assert draw.source in str(refused.value)


def test_a_winner_takes_the_copy_even_before_its_release(draw, offer):
    asked = ReleaseRequest(name="D", titles=[offer.product.ean], holds_at=NOW + 5 * DAY)
    announce(of=offer.shop, request=asked, actor=SYSTEM, now=NOW)
    made = drawn(draw)
    winner = made.entries.get(place=1)
    taken = operations.take(token=winner.token, now=NOW + DAY + timedelta(hours=1))
    assert (taken.status, taken.verified) == (OrderStatus.PLACED, True)
    assert taken.deadline > NOW + 5 * DAY
    assert operations.take(token=winner.token, now=NOW + 2 * DAY).pk == taken.pk
    offer.refresh_from_db()
    assert offer.held == 3
    assert list(problems()) == []
    # The copy that is won is the one that a person may have.
    moment = NOW + 6 * DAY
    from comptoir.orders.operations.batch import place_batch
    from comptoir.orders.operations.requests import Customer, check

    customer = Customer("Ana Petit", winner.email)
    refused = place_batch([check(persons_request_for(offer, customer=customer))], now=moment)[0]
    assert isinstance(refused, OneAPerson)


def test_what_is_not_taken_goes_to_the_next_and_in_the_end_to_all(draw, offer):
    made = drawn(draw, people=5)
    first, second, third, fourth, fifth = made.entries.order_by("place")
    operations.take(token=first.token, now=NOW + DAY + timedelta(hours=1))
    operations.leave(token=second.token, now=NOW + DAY + timedelta(hours=1))
    fourth.refresh_from_db(), second.refresh_from_db()
    assert fourth.state == EntryState.OFFERED
    assert (second.state, second.name, second.email, second.key) == (
        EntryState.PASSED,
        "",
        "",
        None,
    )
    operations.follow_due(now=NOW + 4 * DAY)
    third.refresh_from_db(), fourth.refresh_from_db(), fifth.refresh_from_db()
    assert (third.state, fourth.state) == (EntryState.PASSED, EntryState.PASSED)
    assert fifth.state == EntryState.OFFERED
    with pytest.raises(NotWon):
        operations.take(token=third.token, now=NOW + 4 * DAY)
    offer.refresh_from_db()
    # One is reserved by the first, one offered to the fifth, the third copy is free for all.
    assert offer.held == 2
    operations.follow_due(now=NOW + 11 * DAY)
    made.refresh_from_db(), offer.refresh_from_db()
    assert (made.phase, offer.held) == (Phase.OVER, 1)
    assert list(problems()) == []


def test_a_network_draws_copies_of_the_shops_that_put_some_in():
    network, one, two = make_network(), make_shop(), make_shop()
    for shop in (one, two):
        Membership.objects.create(shop=shop, network=network, actor_kind="system")
    here = make_offer(shop=one, on_hand=2)
    make_offer(shop=two, product=here.product, on_hand=2)
    draw = opened(here, of=network)
    with pytest.raises(Forbidden):
        operations.add_lot(draw=draw, shop=one, copies=1, actor=staff_of(one))
    owner = make_staff(one, role=StaffRole.MANAGER, email="o@example.org").actor
    lots = [operations.add_lot(draw=draw, shop=one, copies=1, actor=owner)]
    lots.append(operations.add_lot(draw=draw, shop=two, copies=1, actor=SYSTEM))
    with pytest.raises(Conflict):
        operations.add_lot(draw=draw, shop=one, copies=1, actor=owner)
    with pytest.raises(NotFound):
        operations.add_lot(draw=draw, shop=two, copies=1, actor=owner)
    for number in range(6):
        person(draw, f"p{number}@example.org", lot=lots[number % 2])
    operations.freeze_due(now=NOW + DAY)
    made = operations.draw_lots(draw=draw, value="7", actor=SYSTEM, now=KNOWN)
    assert faults(published(made)) == []
    won = made.entries.filter(state=EntryState.OFFERED).values_list("lot_id", flat=True)
    assert sorted(won) == sorted(lot.pk for lot in lots)


def test_a_cancelled_draw_frees_its_copies_and_says_so(draw, offer):
    person(draw, "p@example.org")
    operations.cancel_draw(draw=draw, actor=SYSTEM, now=NOW)
    offer.refresh_from_db(), draw.refresh_from_db()
    assert (offer.held, draw.phase) == (0, Phase.CANCELLED)
    assert Message.objects.filter(template="draw_cancelled").count() == 1
    assert list(problems()) == []


def test_a_draw_that_nobody_enters_ends_by_itself(draw, offer):
    operations.freeze_due(now=NOW + DAY)
    offer.refresh_from_db()
    assert offer.held == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": "nothing"}, "bad_title"),
        ({"closes_at": NOW}, "bad_closes_at"),
        ({"known_at": NOW + DAY}, "bad_known_at"),
        ({"until": NOW}, "bad_until"),
        ({"until": KNOWN}, "bad_until"),
        ({"source": "dice"}, "bad_source"),
        ({"source": "drand quicknet, round 15000000"}, "bad_source"),
        ({"days": 0}, "bad_days"),
        ({"copies": 0}, "bad_copies"),
        ({"text": "x" * 401}, "bad_text"),
    ],
)
def test_what_is_wrong_is_said(offer, fields, code):
    with pytest.raises(Invalid) as refused:
        opened(offer, **{"copies": 1, **fields})
    assert refused.value.code == code
