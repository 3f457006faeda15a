"""What is taken of an answer: what is right; what is not understood is absent, never zero."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.neighbours.answer import MOST_HITS, MOST_OFFERS, Hit, read_answer
from comptoir.neighbours.description import read_description
from comptoir.neighbours.values import own_link
from tests.neighbours.conftest import HERE, NOW, answer_of, offer_of

RECORDED = Path(__file__).parent / "recorded" / "other_portal.json"
SITE = "https://berry.example"


def read(content: bytes, address: str = SITE) -> tuple[Hit, ...]:
    return read_answer(content, address=address, place=HERE, radius_km=50, at=NOW)


def test_a_right_answer_is_taken_whole() -> None:
    told = offer_of(SITE, as_of="2026-11-29T12:58:00+01:00", condition="VG+")
    (hit,) = read(answer_of(SITE, told))
    (offer,) = hit.offers
    assert (hit.title, hit.byline, hit.publisher) == (
        "La rive d’en face",
        "I. Vallet",
        "Éditions du Gué",
    )
    assert hit.url == f"{SITE}/titre/9782000000013"
    assert (offer.shop, offer.town, offer.url) == (
        *("Le Bac à livres", "Le Blanc"),
        f"{SITE}/boutiques/le-bac",
    )
    assert (offer.price_cents, offer.copies, offer.confidence) == (1290, 2, "sure")
    assert offer.as_of == datetime(2026, 11, 29, 11, 58, tzinfo=UTC)
    assert offer.condition == "VG+"
    assert offer.point is not None
    assert offer.point.latitude == 46.6333


def test_the_recorded_answer_of_another_portal_gives_no_zero() -> None:
    """It writes numbers as texts, zero for what it does not know, links to other hosts, and offers
    that name their product instead of the inverse."""
    (hit,) = read(RECORDED.read_bytes(), "https://portail.example")
    assert (hit.title, hit.byline, hit.format) == ("La rive d’en face", "", "")
    assert hit.url == "https://portail.example/livres/1"
    told = {offer.shop: offer for offer in hit.offers}
    assert set(told) == {"Le Bac à livres", "La Halle aux livres"}, (
        "who says it has none is left out"
    )
    for offer in told.values():
        assert (offer.price_cents, offer.copies, offer.as_of) == (None, None, None)
        assert (offer.confidence, offer.url, offer.point) == ("", "", None)


@pytest.mark.parametrize("price", [0, -1, "1290", 12.9, 1290.0, True, None, [], {}, 10**12, "0"])
def test_a_price_that_is_none_is_absent(price: object) -> None:
    (hit,) = read(answer_of(SITE, offer_of(SITE, price_cents=price)))
    assert hit.offers[0].price_cents is None


@pytest.mark.parametrize("available", ["2", 2.0, True, None, [], 10**9])
def test_a_stock_that_is_not_understood_is_absent(available: object) -> None:
    (hit,) = read(answer_of(SITE, offer_of(SITE, available=available)))
    assert (hit.offers[0].confidence, hit.offers[0].copies) == ("", None)
    assert hit.offers[0].price_cents == 1290, "one bad cell does not void the good ones"


@pytest.mark.parametrize("available", [0, -3])
def test_a_shop_that_says_it_has_none_is_not_shown(available: int) -> None:
    assert read(answer_of(SITE, offer_of(SITE, available=available))) == ()


@pytest.mark.parametrize("exact", [False, None, "true", 1])
def test_copies_are_counted_only_where_the_shop_gives_its_figures(exact: object) -> None:
    (hit,) = read(answer_of(SITE, offer_of(SITE, exact=exact, available=1)))
    assert (hit.offers[0].copies, hit.offers[0].confidence) == (None, "sure")


@pytest.mark.parametrize(
    "as_of",
    ["2026-11-29T10:00:00", "yesterday", 1_764_400_000, "2026-11-29T13:00:00+00:00",
     "0001-01-01T00:00:00+23:00", "2024-01-01T00:00:00Z", None, "9999-12-31T23:59:59-23:00"],
)  # fmt: skip
def test_a_moment_without_an_offset_to_come_or_of_long_ago_is_absent(as_of: object) -> None:
    (hit,) = read(answer_of(SITE, offer_of(SITE, as_of=as_of)))
    assert hit.offers[0].as_of is None


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/x", "//berry.example/x", "http://berry.example/x", "/x", "javascript:a",
     "https://berry.example:444/x", "https://berry.example@evil.example/", "https://u@berry.example/",
     "https://berry.example.evil.example/", "https://berry.example\\@evil.example", "https://[", 7,
     "https://berry.example/" + "x" * 600, "https://berry.example/\n", "data:text/html,x", None],
)  # fmt: skip
def test_a_link_to_elsewhere_is_no_link(url: object) -> None:
    (hit,) = read(answer_of(SITE, offer_of(SITE), url=url))
    assert hit.url == ""
    assert hit.offers[0].url


def test_a_link_to_the_neighbour_itself_is_one() -> None:
    for url in (f"{SITE}/titre/1?a=b#c", f"{SITE}:443/x", "https://BERRY.example/x"):
        assert own_link(url, SITE) == url


def test_a_shop_where_nobody_asked_is_left_out() -> None:
    far = offer_of(SITE)
    far["shop"] |= {"latitude": 48.85, "longitude": 2.35}
    assert read(answer_of(SITE, far)) == ()
    for wrong in (float("inf"), float("nan"), 91, "46.6", None):
        far["shop"] |= {"latitude": wrong}
        (hit,) = read(answer_of(SITE, far))
        assert hit.offers[0].point is None


def test_of_a_long_answer_the_first_are_shown() -> None:
    said = json.loads(answer_of(SITE, *[offer_of(SITE)] * 9))
    said["items"] = [{"product": {"title": "x" * 5_000}, "offers": []}, 3, *said["items"] * 9]
    found = read(json.dumps(said).encode())
    assert [len(hit.offers) for hit in found] == [MOST_OFFERS] * MOST_HITS


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"{", b"<html>", b'{"items": {}}', b'{"items": null}', b"\xff", b"{}",
     b"[" * 200_000, b'{"items":' + b"[" * 100_000, b'{"items": [' + b"1" * 10_000],
)  # fmt: skip
def test_what_is_no_answer_is_said(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of any kind
        read(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["items", "product", "offers", "shop", "title", "name", "city", "url",
                         "price_cents", "available", "confidence", "as_of", "latitude"]),
        inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@given(st.lists(JSON, max_size=4))
def test_whatever_comes_breaks_nothing_and_invents_nothing(items: list[object]) -> None:
    for hit in read(json.dumps({"items": items}).encode()):
        assert hit.title
        assert hit.offers
        for offer in hit.offers:
            assert offer.price_cents is None or offer.price_cents > 0
            assert offer.copies is None or offer.copies > 0
            assert offer.url == "" or offer.url.startswith(SITE)


def test_a_description_is_read_with_the_same_suspicion() -> None:
    circle = {"latitude": 46.6, "longitude": 1.06, "radius_km": 12}
    bad = [circle | {"radius_km": wide} for wide in (0, -1, 20_000, "12 km", None)]
    said = {
        "name": " Livres\ndu Berry ",
        "search_page": "https://evil.example/",
        "area": [*bad, circle],
    }
    found = read_description(json.dumps(said).encode(), SITE)
    assert (found.name, found.search_page) == ("Livres du Berry", "")
    assert [tuple(each) for each in found.area] == [(46.6, 1.06, 12.0)]
    for link, kept in ((f"{SITE}/recherche", f"{SITE}/recherche"), (f"{SITE}/r?a=b", "")):
        found = read_description(json.dumps(said | {"search_page": link}).encode(), SITE)
        assert found.search_page == kept
    for wrong in ({"area": [circle]}, {"name": "A"}, {"name": "A", "area": bad}, {"name": ""}):
        with pytest.raises(ValueError):  # noqa: PT011 - of any kind
            read_description(json.dumps(wrong).encode(), SITE)
