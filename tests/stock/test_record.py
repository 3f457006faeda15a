"""How often a till speaks, as its shop's record has it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.stock.arrivals.silence import remember_rhythms
from comptoir.stock.models import Feed, Report, TrackRecord
from comptoir.stock.shelf.track_record import track_record_of
from tests.factories import make_shop

pytestmark = pytest.mark.django_db


def told(shop, minutes: int, times: int, *, format="csv", **fields) -> None:
    feed, _made = Feed.objects.get_or_create(shop=shop, format=format)
    values = {"mode": "snapshot", "status": "applied", "actor_kind": "feed"} | fields
    for number in range(times):
        moment = timezone.now() - timedelta(minutes=minutes * number)
        Report.objects.create(feed=feed, as_of=moment, received_at=moment, **values)


def test_it_is_the_median_of_the_till_that_speaks_most_often():
    shop = make_shop()
    told(shop, 60, 9)
    told(shop, 1440, 9, format="asc")
    assert remember_rhythms(now=timezone.now()) == 1
    assert track_record_of(shop).reported_every == 60
    assert remember_rhythms(now=timezone.now()) == 0


def test_one_long_night_does_not_change_it():
    shop = make_shop()
    told(shop, 60, 9)
    long_ago = timezone.now() - timedelta(days=2)
    Report.objects.create(
        feed=Feed.objects.get(shop=shop),
        mode="snapshot",
        status="applied",
        actor_kind="feed",
        as_of=long_ago,
        received_at=long_ago,
    )
    remember_rhythms(now=timezone.now())
    assert track_record_of(shop).reported_every == 60


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"mode": "delta"}, id="changes"),
        pytest.param({"covers": "copies"}, id="one-off copies"),
        pytest.param({"status": "refused"}, id="what cannot be read"),
    ],
)
def test_what_leaves_most_figures_as_old_as_they_were_does_not_count(fields):
    shop = make_shop()
    told(shop, 60, 9, **fields)
    assert remember_rhythms(now=timezone.now()) == 0
    assert track_record_of(shop).reported_every is None


def test_few_tellings_are_no_rhythm_and_the_copies_counted_stay():
    shop = make_shop()
    TrackRecord.objects.create(shop=shop, promised=9, missing=1, as_of=timezone.now())
    told(shop, 60, 3)
    assert remember_rhythms(now=timezone.now()) == 0
    told(shop, 60, 6)
    remember_rhythms(now=timezone.now())
    record = track_record_of(shop)
    assert (record.promised, record.missing) == (9, 1)
    assert record.reported_every is not None
