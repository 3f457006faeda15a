"""Meetings that shops announce."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.events import memory
from comptoir.events.models import Event, WindowChange
from comptoir.events.operations import Place, cancel_event, change_event
from comptoir.events.reads import AgendaRequest, events_about, find_events, read_events
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from tests.events.conftest import DETAILS, local, wall
from tests.factories import make_product, make_shop, make_staff

pytestmark = pytest.mark.django_db
HALL = Place(venue="Salle des fêtes", street="2 rue du Pont", postcode="79000", city="Niort")


def asked(**values: object) -> list[int]:
    return [each.pk for each in find_events(AgendaRequest(start=timezone.now(), **values))]


def test_an_event_is_kept_in_utc_and_said_on_the_shop_s_clock(announce, shop) -> None:
    event = announce(starts=wall(2027, 7, 14, 18), ends=wall(2027, 7, 14, 20))
    assert event.starts_at == datetime(2027, 7, 14, 16, tzinfo=UTC)
    assert event.ends_at == datetime(2027, 7, 14, 18, tzinfo=UTC)
    winter = announce(starts=wall(2027, 12, 4, 18))
    assert winter.starts_at == datetime(2027, 12, 4, 17, tzinfo=UTC)


def test_overseas_the_shop_s_own_clock_counts(announce) -> None:
    shop = make_shop(postcode="97400", city="Saint-Denis", time_zone="Indian/Reunion")
    event = announce(at=shop, actor=make_staff(shop).actor, starts=wall(2027, 7, 14, 18))
    assert event.starts_at == datetime(2027, 7, 14, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zone"),
    [(wall(1, 1, 1, 0), "Europe/Paris"), (wall(9999, 12, 31, 23), "America/Miquelon")],
)
def test_a_day_at_the_ends_of_the_calendar_is_refused(announce, shop, day, zone) -> None:
    type(shop).objects.filter(pk=shop.pk).update(time_zone=zone)
    with pytest.raises(Invalid) as refused:
        announce(starts=day)
    assert refused.value.code == "too_far"


def test_an_hour_that_the_clock_skips_is_refused(announce) -> None:
    with pytest.raises(Invalid) as refused:
        announce(starts=wall(2027, 3, 28, 2, 30))
    assert refused.value.code == "no_such_hour"
    twice = announce(starts=wall(2027, 10, 31, 2, 30))
    assert twice.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "the first of the two"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": " "}, "missing", "title"),
        ({"title": "a" * 161}, "too_long", "title"),
        ({"text": "a" * 4001}, "too_long", "text"),
        ({"kind": "party"}, "bad_kind", "kind"),
        ({"starts": local(-2)}, "past", "day"),
        ({"starts": local(900)}, "too_far", "day"),
        ({"ends": local(3, 17)}, "bad_end", "ends"),
        ({"ends": local(80)}, "bad_end", "ends"),
        ({"capacity": 0}, "bad_capacity", "capacity"),
        ({"link": "javascript:alert(1)"}, "bad_link", "link"),
        ({"place": replace(HALL, postcode="99999", city="Nulle-Part")}, "unknown_town", "city"),
        ({"place": replace(HALL, postcode="79")}, "unknown_town", "city"),
        ({"product_ids": tuple(range(1, 23))}, "many_products", "titles"),
    ],
)
def test_what_cannot_be_announced_is_refused_at_its_field(announce, changes, code, field) -> None:
    with pytest.raises(Invalid) as refused:
        announce(**changes)
    assert (refused.value.code, refused.value.data.get("field")) == (code, field)
    assert not Event.objects.exists()


def test_the_same_announced_twice_is_one(announce) -> None:
    assert announce().pk == announce().pk
    assert Event.objects.count() == WindowChange.objects.count() == 1


def test_a_change_raises_the_revision_and_the_same_again_does_not(announce, shop, agathe) -> None:
    event = announce()
    later = replace(DETAILS, starts=local(4), product_ids=(make_product().pk,))
    for _again in range(2):
        found = change_event(shop=shop, event_id=event.pk, details=later, actor=agathe)
        assert (found.revision, found.uid) == (1, event.uid)
    changes = WindowChange.objects.filter(event=event).order_by("pk")
    assert list(changes.values_list("deed", flat=True)) == ["announced", "changed"]


def test_a_change_into_another_that_is_there_is_refused(announce, shop, agathe) -> None:
    announce()
    event = announce(title="Une autre")
    with pytest.raises(Conflict) as refused:
        change_event(shop=shop, event_id=event.pk, details=DETAILS, actor=agathe)
    assert refused.value.code == "event_exists"
    event.refresh_from_db()
    assert (event.title, event.revision) == ("Une autre", 0)


def test_a_cancelled_event_stays_and_is_changed_no_more(announce, shop, agathe) -> None:
    event = announce()
    cancel_event(shop=shop, event_id=event.pk, actor=agathe)
    assert asked() == []
    assert asked(cancelled=True) == [event.pk]
    for verb, given in ((cancel_event, {}), (change_event, {"details": DETAILS})):
        with pytest.raises(Conflict) as refused:
            verb(shop=shop, event_id=event.pk, actor=agathe, **given)
        assert refused.value.code == "event_cancelled"
    assert announce().pk != event.pk, "the same may be announced anew"


def test_another_shop_s_event_is_not_there(announce, agathe, shop) -> None:
    other = make_shop()
    event = announce(at=other, actor=make_staff(other).actor)
    with pytest.raises(NotFound):
        cancel_event(shop=shop, event_id=event.pk, actor=agathe)


def test_events_are_found_by_when_where_and_what(announce, shop) -> None:
    here = announce()
    concert = announce(kind="concert", title="Trio", starts=local(10))
    there = announce(title="Ailleurs", place=HALL)
    assert asked() == [here.pk, there.pk, concert.pk]
    assert asked(kind="concert") == [concert.pk]
    assert asked(end=timezone.now() + timedelta(days=7)) == [here.pk, there.pk]
    assert asked(town="poitiers") == [here.pk, concert.pk]
    assert asked(department="79") == [there.pk]
    niort = Point(46.3237, -0.4648)
    assert asked(near=niort, radius=5_000) == [there.pk]
    assert asked(shops={shop.pk}) == [here.pk, there.pk, concert.pk]
    assert asked(shops=set()) == []


def test_what_is_going_on_is_listed_until_it_is_over(announce) -> None:
    event = announce()
    last = event.starts_at + timedelta(hours=2)
    for moment, found in ((last - timedelta(minutes=1), [event.pk]), (last, [])):
        listed = find_events(AgendaRequest(start=moment))
        assert [each.pk for each in listed] == found


def test_a_title_has_the_events_that_name_it(announce, title) -> None:
    event = announce(product_ids=(title.pk,))
    announce(title="Une autre")
    found = events_about(title.pk, timezone.now())
    assert [each.pk for each in read_events(found)] == [event.pk]


def test_what_a_hidden_or_ended_shop_announced_is_not_shown(announce, shop) -> None:
    announce()
    Shop.objects.filter(pk=shop.pk).update(paused_at=timezone.now(), ended_at=timezone.now())
    assert asked(cancelled=True) == []


def test_a_change_is_seen_once_what_is_kept_is_old(announce, shop, agathe, monkeypatch) -> None:
    event = announce()
    assert asked() == [event.pk]
    first = memory.windows()
    assert memory.windows() is first, "nothing changed, and nothing is read again"
    monkeypatch.setattr(memory, "KEPT_SECONDS", 3600.0)
    cancel_event(shop=shop, event_id=event.pk, actor=agathe)
    assert memory.windows() is first
    monkeypatch.setattr(memory, "KEPT_SECONDS", 0.0)
    assert asked() == []
