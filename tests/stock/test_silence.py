"""Tills that fall silent: by their own rhythm and the shop's hours, told once."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import override_settings

from comptoir.accounts.actors import Actor
from comptoir.core.errors import NotFound
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.shops.models import Closure
from comptoir.stock.arrivals.silence import (
    is_silent,
    notice,
    patience,
    retire_feed,
    silences,
    tell_network,
)
from comptoir.stock.models import Feed, FeedSilence, Report, ReportMode, ReportStatus
from tests.factories import make_shop, make_staff

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
OPEN = "Tu-Sa 10:00-19:00; PH off"
NIGHTS = [date(2026, 11, day) for day in (3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 17, 18, 19, 20, 21)]


def paris(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=PARIS)


def nightly(*days: date) -> list[datetime]:
    """When a till was heard that speaks after closing, newest first."""
    return [paris(day.year, day.month, day.day, 20) for day in reversed(days or NIGHTS)]


def feed_of(shop, *heard: datetime, format="csv", status=ReportStatus.APPLIED) -> Feed:
    feed, _made = Feed.objects.get_or_create(shop=shop, format=format)
    for moment in heard:
        Report.objects.create(
            feed=feed,
            mode=ReportMode.SNAPSHOT,
            as_of=moment,
            received_at=moment,
            status=status,
            actor_kind="system",
        )
    return feed


def mails(template: str) -> list[Message]:
    return list(Message.objects.filter(template=template))


@pytest.mark.parametrize(
    ("now", "silent"),
    [
        pytest.param(paris(2026, 11, 23, 18), False, id="shut on Sunday and Monday"),
        pytest.param(paris(2026, 11, 24, 19), False, id="its night has not come"),
        pytest.param(paris(2026, 11, 25, 10, 1), False, id="a little late"),
        pytest.param(paris(2026, 11, 25, 15), True, id="a night was left out"),
    ],
)
def test_a_nightly_till_is_silent_by_opening_hours(now, silent):
    shop = make_shop(opening_hours=OPEN)
    assert is_silent(shop, nightly(), now) is silent


def test_a_holiday_and_a_closure_are_no_silence():
    shop = make_shop(opening_hours=OPEN)
    now = paris(2026, 11, 25, 15)
    assert is_silent(shop, nightly(), now)
    shut = Closure.objects.create(
        shop=shop, first_day=date(2026, 11, 22), last_day=date(2026, 11, 25)
    )
    assert not is_silent(shop, nightly(), now)
    shut.delete()
    # 11 November is a public holiday, a Wednesday in 2026.
    heard = nightly(*(date(2026, 11, day) for day in (3, 4, 5, 6, 7, 10)))
    assert not is_silent(shop, heard, paris(2026, 11, 12, 15))
    shop.opening_hours = "Tu-Sa 10:00-19:00"
    assert is_silent(shop, heard, paris(2026, 11, 12, 15))


@pytest.mark.parametrize("spring", [True, False], ids=["spring", "autumn"])
def test_the_night_in_which_the_clock_moves_counts_as_others(spring):
    shop = make_shop(opening_hours="Mo-Su 10:00-19:00")
    last = date(2026, 3, 28) if spring else date(2026, 10, 24)
    heard = nightly(*(last - timedelta(days=ahead) for ahead in range(9, -1, -1)))
    day = last + timedelta(days=2)
    assert patience(shop, heard) == timedelta(hours=13, minutes=30)
    assert not is_silent(shop, heard, paris(day.year, day.month, day.day, 14, 29))
    assert is_silent(shop, heard, paris(day.year, day.month, day.day, 14, 31))


def test_a_live_till_is_given_some_hours_and_an_irregular_one_its_own():
    shop = make_shop(opening_hours="Mo-Su 10:00-19:00")
    start = paris(2026, 11, 20, 10)
    live = [start + timedelta(minutes=10 * n) for n in range(20, -1, -1)]
    assert patience(shop, live) == timedelta(hours=4)
    irregular = [start + timedelta(days=n * n) for n in range(6, -1, -1)]
    assert patience(shop, irregular) == timedelta(hours=9) * 9 * 1.25
    assert patience(shop, live[:3]) == timedelta(hours=15)


def test_hours_that_nobody_told_are_assumed():
    shop = make_shop(opening_hours="")
    days = [date(2026, 11, day) for day in range(2, 22)]
    assert patience(shop, nightly(*days)) == timedelta(hours=13, minutes=30)
    assert not is_silent(shop, nightly(*days), paris(2026, 11, 22, 23))
    assert is_silent(shop, nightly(*days), paris(2026, 11, 23, 15))


def test_the_shop_is_told_once_however_often_one_looks():
    shop = make_shop(opening_hours=OPEN, email="till@example.org")
    feed_of(shop, *nightly())
    now = paris(2026, 11, 25, 15)
    assert notice(now=now - timedelta(days=1)).began == 0
    assert [notice(now=now).began for _ in range(2)] == [1, 0]
    (mail,) = mails("feed_silent")
    assert mail.to == "till@example.org"
    render(mail)
    assert shop.name in mail.subject
    assert "samedi 21\u00a0novembre à 20\u00a0h" in mail.text
    assert [each.feed.shop for each in silences(shop)] == [shop]


def test_without_the_one_open_silence_the_shop_would_be_told_twice():
    shop = make_shop(opening_hours=OPEN, email="till@example.org")
    feed_of(shop, *nightly())
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX stock_silence_once")
    for _ in range(2):
        notice(now=paris(2026, 11, 25, 15))
    assert len(mails("feed_silent")) == 2


def test_when_it_speaks_again_the_banner_goes_at_once_and_one_mail_says_so():
    shop = make_shop(opening_hours=OPEN, email="till@example.org")
    feed = feed_of(shop, *nightly())
    notice(now=paris(2026, 11, 25, 15))
    feed_of(shop, paris(2026, 11, 25, 16))
    assert silences(shop) == []
    now = paris(2026, 11, 25, 16, 10)
    assert [notice(now=now).ended for _ in range(2)] == [1, 0]
    (mail,) = mails("feed_speaks")
    render(mail)
    assert shop.name in mail.subject
    assert FeedSilence.objects.get(feed=feed).ended_at == now


def test_a_shop_without_an_address_is_told_by_its_counter_alone():
    shop = make_shop(opening_hours=OPEN, email="")
    feed_of(shop, *nightly())
    notice(now=paris(2026, 11, 25, 15))
    assert len(silences(shop)) == 1
    feed_of(shop, paris(2026, 11, 25, 16))
    assert notice(now=paris(2026, 11, 25, 16, 10)).ended == 1
    assert Message.objects.count() == 0


def test_what_cannot_be_read_or_is_old_is_not_heard():
    shop = make_shop(opening_hours=OPEN)
    feed_of(shop, *nightly())
    feed_of(shop, paris(2026, 11, 24, 20), status=ReportStatus.REFUSED)
    feed_of(shop, paris(2026, 11, 24, 20, 1), status=ReportStatus.OUTDATED)
    assert notice(now=paris(2026, 11, 25, 15)).began == 1


def test_the_silence_of_a_paused_shop_ends_without_a_word():
    shop = make_shop(opening_hours=OPEN, email="till@example.org")
    feed_of(shop, *nightly())
    notice(now=paris(2026, 11, 25, 15))
    shop.paused_at = paris(2026, 11, 25, 16)
    shop.save()
    assert notice(now=paris(2026, 11, 25, 16, 10)).ended == 1
    assert mails("feed_speaks") == []


@override_settings(NETWORK_EMAIL="network@example.org")
def test_the_network_is_told_later_at_most_once_a_day_and_of_something_new():
    first, second = (make_shop(opening_hours=OPEN, email="") for _ in range(2))
    feed_of(first, *nightly())
    noticed = paris(2026, 11, 25, 15)
    notice(now=noticed)
    assert tell_network(now=paris(2026, 11, 26, 14, 59)) == 0
    told = paris(2026, 11, 26, 15)
    assert [tell_network(now=told) for _ in range(2)] == [1, 0]
    feed_of(second, *nightly())
    notice(now=noticed)
    assert tell_network(now=told + timedelta(hours=23)) == 0
    assert tell_network(now=told + timedelta(hours=25)) == 2
    assert tell_network(now=told + timedelta(days=3)) == 0
    both = mails("feeds_silent")[-1]
    render(both)
    assert first.name in both.text
    assert second.name in both.text
    assert both.to == "network@example.org"


def test_without_an_address_of_the_network_nobody_is_told():
    shop = make_shop(opening_hours=OPEN, email="")
    feed_of(shop, *nightly())
    notice(now=paris(2026, 11, 25, 15))
    assert tell_network(now=paris(2026, 12, 5, 15)) == 0
    assert mails("feeds_silent") == []


def test_a_till_that_was_replaced_is_not_waited_for_until_it_speaks():
    shop = make_shop(opening_hours=OPEN, email="till@example.org")
    feed = feed_of(shop, *nightly())
    notice(now=paris(2026, 11, 25, 15))
    now = paris(2026, 11, 25, 16)
    retire_feed(shop=shop, feed_id=feed.pk, actor=make_staff(shop).actor, now=now)
    feed.refresh_from_db()
    assert (feed.actor_kind, feed.arranged_at) == ("user", now)
    assert silences(shop) == []
    assert notice(now=now).began == 0
    assert mails("feed_speaks") == []
    feed_of(shop, paris(2026, 11, 26, 20))
    assert notice(now=paris(2026, 12, 5, 15)).began == 1


def test_nobody_retires_the_till_of_another_shop():
    feed = feed_of(make_shop(opening_hours=OPEN), *nightly())
    for actor in (make_staff(make_shop()).actor, Actor.feed(make_shop().pk)):
        with pytest.raises(NotFound):
            retire_feed(shop=feed.shop, feed_id=feed.pk, actor=actor, now=paris(2026, 11, 25, 16))
