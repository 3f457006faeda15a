"""Whether a shop is open, in words: what a state means, and what is said of a day unlike others."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from comptoir.shops.hours import OpenState, state_at
from comptoir.shops.models import Closure, Shop, ShopKind
from comptoir.shops.phrases import moment_in_words, opening

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)  # a Wednesday, 11 h in Paris
WEEK = "Tu-Sa 10:00-12:30,14:00-19:00; PH off"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(params=["fr", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


def said(language: str, french: str, english: str) -> str:
    return french if language == "fr" else english


def hours_later(hours: float | None) -> datetime | None:
    return None if hours is None else NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("state", "french", "english"),
    [
        ((None, None, None), "horaires inconnus", "hours not known"),
        ((True, None, None), "ouverte", "open now"),
        ((True, 8, None), "ouverte jusqu’à 19 h", "open until 7 PM"),
        ((False, None, None), "fermée", "closed"),
        ((False, None, 4), "fermée, ouvre à 15 h", "closed, opens at 3 PM"),
        ((False, None, 23), "fermée, ouvre demain à 10 h", "closed, opens tomorrow at 10 AM"),
        ((False, None, 71), "fermée, ouvre samedi à 10 h", "closed, opens Saturday at 10 AM"),
        (
            (False, None, 24 * 20 - 1),
            "fermée, ouvre mardi 24 mars à 10 h",
            "closed, opens Tuesday 24 March at 10 AM",
        ),
    ],
)
def test_whether_a_shop_is_open(language, state, french, english):
    is_open, until, opens_at = state
    found = OpenState(is_open, hours_later(until), hours_later(opens_at))
    assert plain(opening(Shop(), found, NOW)) == said(language, french, english)


def test_a_record_shop_is_masculine():
    with translation.override("fr"):
        text = opening(Shop(kind=ShopKind.RECORDS), OpenState(is_open=False), NOW)
    assert text == "fermé"


def shut(first: str, last: str, reason: str = "") -> Closure:
    days = {"first_day": date.fromisoformat(first), "last_day": date.fromisoformat(last)}
    return Closure(**days, reason=reason)


INVENTORY = shut("2026-11-27", "2026-11-28", "inventaire")
SUMMER = shut("2026-08-03", "2026-08-30", "congés d’été")
WORKS = shut("2026-11-01", "2029-01-31", "travaux")
HOLIDAY_AND_CLOSURE = [shut("2026-12-26", "2026-12-26", "inventaire")]


@pytest.mark.parametrize(
    ("hours", "shown", "closures", "french", "english"),
    [
        pytest.param(
            "Mo-Sa 10:00-19:00; PH off",
            "2026-12-25 12:00",
            HOLIDAY_AND_CLOSURE,
            "fermée aujourd’hui (jour férié), ouvre lundi à 10 h",
            "closed today (public holiday), opens Monday at 10 AM",
            id="a holiday on a Friday, a closure on the Saturday",
        ),
        pytest.param(
            "Mo-Sa 10:00-19:00; PH off",
            "2026-12-26 12:00",
            HOLIDAY_AND_CLOSURE,
            "fermée aujourd’hui (inventaire), ouvre lundi à 10 h",
            "closed today (inventaire), opens Monday at 10 AM",
            id="the closure of the Saturday",
        ),
        pytest.param(
            "Mo-Sa 10:00-19:00; PH off",
            "2026-12-27 12:00",
            HOLIDAY_AND_CLOSURE,
            "fermée, ouvre demain à 10 h",
            "closed, opens tomorrow at 10 AM",
            id="a Sunday as any other",
        ),
        pytest.param(
            WEEK,
            "2026-05-25 12:00",
            [],
            "fermée, ouvre demain à 10 h",
            "closed, opens tomorrow at 10 AM",
            id="a holiday that takes no hours away",
        ),
        pytest.param(
            "Mo-Sa 10:00-19:00; PH 10:00-13:00",
            "2026-07-14 14:00",
            [],
            "fermée, ouvre demain à 10 h",
            "closed, opens tomorrow at 10 AM",
            id="a holiday with hours of its own",
        ),
        pytest.param(
            "Mo-Sa 10:00-19:00",
            "2026-07-14 14:00",
            [],
            "ouverte jusqu’à 19 h",
            "open until 7 PM",
            id="a holiday that the shop does not keep",
        ),
        pytest.param(
            '"sur rendez-vous"; PH off',
            "2026-07-14 14:00",
            [],
            "fermée aujourd’hui (jour férié)",
            "closed today (public holiday)",
            id="a holiday of one by appointment",
        ),
        pytest.param(
            "Mo-Sa 10:00-19:00; PH off",
            "2026-07-14 23:45",
            [],
            "fermée aujourd’hui (jour férié), ouvre demain à 10 h",
            "closed today (public holiday), opens tomorrow at 10 AM",
            id="late on a holiday",
        ),
        pytest.param(
            "Mo-Sa 18:00-26:00; PH off",
            "2026-07-14 00:30",
            [],
            "ouverte jusqu’à 2 h",
            "open until 2 AM",
            id="the night before a holiday goes on",
        ),
        pytest.param(
            "Mo-Sa 18:00-26:00",
            "2026-11-25 01:40",
            [],
            "ouverte, ferme dans 20 min (2 h)",
            "open, closes in 20 min (2 AM)",
            id="closing soon at night",
        ),
        pytest.param(
            WEEK,
            "2026-11-27 12:00",
            [INVENTORY],
            "fermée aujourd’hui (inventaire), ouvre mardi à 10 h",
            "closed today (inventaire), opens Tuesday at 10 AM",
            id="a closure",
        ),
        pytest.param(
            WEEK,
            "2026-11-27 12:00",
            [shut("2026-11-27", "2026-11-27")],
            "fermée aujourd’hui (exceptionnellement), ouvre demain à 10 h",
            "closed today (exceptionally), opens tomorrow at 10 AM",
            id="a closure without a reason",
        ),
        pytest.param(
            WEEK,
            "2026-08-10 12:00",
            [SUMMER],
            "fermée (congés d’été), ouvre mardi 1er septembre à 10 h",
            "closed (congés d’été), opens Tuesday 1 September at 10 AM",
            id="closed for weeks",
        ),
        pytest.param(
            WEEK,
            "2026-11-27 12:00",
            [WORKS],
            "fermée jusqu’au mercredi 31 janvier 2029 (travaux)",
            "closed until Wednesday 31 January 2029 (travaux)",
            id="closed for years",
        ),
        pytest.param(
            "",
            "2026-11-27 12:00",
            [INVENTORY],
            "fermée jusqu’au samedi 28 novembre (inventaire)",
            "closed until Saturday 28 November (inventaire)",
            id="hours not known, but a closure",
        ),
        pytest.param(
            "",
            "2026-11-28 12:00",
            [INVENTORY],
            "fermée aujourd’hui (inventaire)",
            "closed today (inventaire)",
            id="the last day of it",
        ),
        pytest.param(
            "Jun-Aug Mo-Su 10:00-19:00",
            "2026-10-01 12:00",
            [],
            "fermée, ouvre mardi 1er juin 2027 à 10 h",
            "closed, opens Tuesday 1 June 2027 at 10 AM",
            id="a season",
        ),
        pytest.param(
            'Sa 10:00-12:00 || "sur rendez-vous"',
            "2026-11-27 12:00",
            [],
            "sur rendez-vous, ouvre demain à 10 h",
            "sur rendez-vous, opens tomorrow at 10 AM",
            id="by appointment",
        ),
    ],
)
def test_what_is_said_of_a_day_unlike_others(language, hours, shown, closures, french, english):
    shop = Shop(opening_hours=hours, postcode="86000")
    now = datetime.fromisoformat(shown).replace(tzinfo=ZoneInfo("Europe/Paris"))
    state = state_at(shop, now, closures=closures)
    assert plain(opening(shop, state, now)) == said(language, french, english)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("18:29:59", "ouverte jusqu’à 19 h"),
        ("18:30:00", "ouverte, ferme dans 30 min (19 h)"),
        ("18:30:01", "ouverte, ferme dans 30 min (19 h)"),
        ("18:58:59", "ouverte, ferme dans 2 min (19 h)"),
        ("18:59:00", "ouverte, ferme dans 1 min (19 h)"),
        ("18:59:59", "ouverte, ferme dans 1 min (19 h)"),
        ("19:00:00", "fermée, ouvre demain à 10 h"),
    ],
)
def test_closing_soon_is_told_from_half_an_hour_before(shown, words):
    shop = Shop(opening_hours=WEEK, postcode="86000")
    now = datetime.fromisoformat(f"2026-11-27 {shown}+01:00")
    with translation.override("fr"):
        assert plain(opening(shop, state_at(shop, now, closures=()), now)) == words


def test_a_reason_of_many_words_is_cut():
    closure = shut("2026-11-27", "2026-11-27", "fermée pour " + "très " * 20 + "longtemps")
    shop = Shop(opening_hours=WEEK, postcode="86000")
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    with translation.override("fr"):
        words = opening(shop, state_at(shop, now, closures=[closure]), now)
    assert len(words) < 115
    assert "très…), ouvre demain" in words


def test_a_moment_somebody_chose_is_said_as_it_was_chosen(language):
    chosen = datetime.fromisoformat("2026-03-08 11:00")
    assert plain(moment_in_words(chosen, NOW)) == said(
        language, "dimanche à 11 h", "Sunday at 11 AM"
    )
    instant = datetime(2026, 3, 8, 11, tzinfo=UTC)
    assert plain(moment_in_words(instant, NOW)) == said(
        language, "dimanche à 12 h", "Sunday at 12 PM"
    )
