"""What a reader near the border is shown of the neighbour's shops, and what leaves for it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.neighbours import inquiry
from comptoir.neighbours.models import Neighbour
from tests.factories import make_offer, make_product, make_shop
from tests.neighbours.conftest import HERE, Other, answer_of, make_neighbour, offer_of, says
from tests.site.conftest import index  # noqa: F401

pytestmark = pytest.mark.django_db
AT = {"lat": HERE.latitude, "lon": HERE.longitude}


@pytest.fixture
def near(other: Other, index) -> Neighbour:  # noqa: F811
    """A neighbour that has one title, and an index of an empty catalogue."""
    index()
    other.answer = says(answer_of(other.url))
    return make_neighbour(other.url)


def page(client: Client, path: str, **asked) -> str:
    return client.get(path, {**AT, **asked}).content.decode()


def test_the_page_is_answered_without_the_neighbour_and_tells_where_its_part_is(
    client: Client, other: Other, near: Neighbour
) -> None:
    shown = page(client, "/recherche", q="rive")
    assert other.heads == []
    (fragment,) = re.findall(r'hx-get="([^"]+)"', shown.replace("&amp;", "&"))[1:]
    (link,) = re.findall(r'href="(\?[^"]*voisins=1#neighbours)"', shown.replace("&amp;", "&"))
    assert "La rive" not in shown
    part = client.get(fragment).content.decode()
    assert "La rive d’en face" in part
    assert "<html" not in part
    assert "La rive d’en face" in client.get("/recherche" + link).content.decode()
    assert len(other.heads) == 1, "the answer is kept for a minute"


def test_it_is_shown_as_the_neighbours_with_price_stock_and_distance(
    client: Client, other: Other, near: Neighbour
) -> None:
    part = page(client, "/recherche/voisins", q="rive").replace("\xa0", " ")
    assert "Livres du Berry" in part
    assert "12,90" in part
    assert "8,8 km" in part
    assert "Le Blanc" in part
    assert f'href="{other.url}/titre/9782000000013"' in part
    assert f'href="{other.url}/boutiques/le-bac"' in part
    assert f'href="{other.url}/recherche?q=rive"' in part
    assert "stock--" in part


def test_what_leaves_is_the_question_and_a_rounded_place(
    client: Client, other: Other, near: Neighbour
) -> None:
    client.cookies["near"] = "46.6321,0.9512,"
    client.get(
        "/recherche/voisins",
        {**AT, "q": "L’été  à 2 & demi", "kind": "book", "within": "25"},
        HTTP_REFERER="https://here.example/secret",
        HTTP_X_FORWARDED_FOR="192.0.2.7",
        HTTP_USER_AGENT="A reader's own",
        HTTP_ACCEPT_LANGUAGE="eu",
        REMOTE_ADDR="192.0.2.7",
    )
    ((path, headers),) = other.heads
    sent = parse_qs(urlsplit(path).query)
    assert urlsplit(path).path == "/api/v1/products"
    assert sent == {
        "q": ["L’été à 2 & demi"],
        "near": ["46.63,0.95"],
        "radius_km": ["25"],
        "in_stock": ["true"],
        "limit": ["5"],
        "kind": ["book"],
    }
    assert headers == {
        "host": urlsplit(other.url).netloc,
        "user-agent": "Comptoir",
        "accept": "application/json",
        "comptoir-neighbour": "1",
    }


def test_nobody_is_asked_who_is_not_near_nor_without_a_place(
    client: Client, other: Other, near: Neighbour
) -> None:
    for asked in ({"lat": "48.85", "lon": "2.35"}, {"near": ""}, {"lat": "x", "lon": "y"}):
        shown = client.get("/recherche", {"q": "rive", "voisins": "1", **asked}).content.decode()
        assert "neighbours-title" not in shown
    assert client.get("/recherche/voisins", {"q": "rive"}).content == b""
    assert other.heads == []


def test_nobody_is_asked_for_a_neighbour(client: Client, other: Other, near: Neighbour) -> None:
    mark = {"HTTP_COMPTOIR_NEIGHBOUR": "1"}
    asked = {**AT, "q": "rive", "voisins": "1"}
    for path in ("/recherche", "/recherche/voisins", "/api/v1/products?near=46.63,0.95&q=rive"):
        assert client.get(path, asked if path[1] == "r" else None, **mark).status_code == 200
    assert other.heads == []
    client.get("/recherche", asked)
    assert len(other.heads) == 1, "the control: without the mark it is"


def test_a_title_that_nobody_has_here_is_asked_for_by_its_number(
    client: Client, other: Other, near: Neighbour
) -> None:
    product = make_product(title="La rive d’en face", ean="9782000000013")
    shown = page(client, f"/titre/{product.ref}")
    assert other.heads == []
    assert shown.index("neighbours-title") < shown.index('id="offers"')
    assert "htmx" in shown
    shown = page(client, f"/titre/{product.ref}", voisins="1")
    assert "Le Bac à livres" in shown
    assert parse_qs(urlsplit(other.paths[0]).query)["q"] == [product.ean]
    other.answer = says(answer_of(other.url, ean="9782000000020"))
    inquiry.KEPT.clear()
    shown = page(client, f"/titre/{product.ref}", voisins="1")
    assert "Le Bac à livres" not in shown, "of another title than was asked for nothing is told"
    unnumbered = make_product(ean=None, source="electre", source_ref="1")
    assert "neighbours-title" not in page(client, f"/titre/{unnumbered.ref}")


def test_where_a_shop_near_has_it_the_neighbour_comes_after(
    client: Client, other: Other, near: Neighbour
) -> None:
    offer = make_offer(shop=make_shop(latitude=HERE.latitude, longitude=HERE.longitude))
    shown = page(client, f"/titre/{offer.product.ref}", voisins="1")
    assert shown.index('id="offers"') < shown.index("neighbours-title")
    assert shown.count("neighbours-title") == 2  # its heading and what names the section


def test_silence_is_one_quiet_line_and_nothing_here_changes(
    client: Client, other: Other, near: Neighbour
) -> None:
    other.answer = says(b"", 500)
    shown = page(client, "/recherche", q="rive", voisins="1")
    assert "Livres du Berry" in shown
    assert "note--" not in shown
    assert "alert" not in shown
    other.answer = says(b'{"items": []}')
    assert "Livres du Berry" in page(client, "/recherche", q="autre", voisins="1")


def test_what_a_neighbour_writes_is_text(client: Client, other: Other, near: Neighbour) -> None:
    bad = offer_of(other.url)
    bad["shop"] |= {"name": "<script>alert(1)</script>", "city": "\u202eCnalB\x07 eL"}
    bad["shop"]["url"] = "javascript:alert(1)"
    other.answer = says(answer_of(other.url, bad, title="<b>Gras</b>", url="https://evil.example/"))
    part = page(client, "/recherche/voisins", q="rive")
    assert "&lt;script&gt;" in part
    assert "<script" not in part
    assert "<b>" not in part
    assert "\u202e" not in part
    assert "\x07" not in part
    assert "javascript:" not in part
    assert "evil.example" not in part


def test_many_questions_of_one_client_are_not_passed_on(
    client: Client, other: Other, near: Neighbour, settings
) -> None:
    settings.RATE_LIMITS, settings.WORKERS = True, 1
    # Of twice as many and one, one minute has more than the limit, wherever it begins.
    for number in range(61):
        page(client, "/recherche/voisins", q=f"rive {number}")
    assert 30 <= len(other.heads) < 61


def test_privacy_names_who_is_asked_and_only_then(client: Client, other: Other) -> None:
    address = f'href="{other.url}"'
    title = "Quand un autre site est près de vous"
    shown = client.get("/vie-privee").content.decode()
    assert title not in shown
    assert address not in shown
    make_neighbour(other.url, silent_since=timezone.now())
    shown = client.get("/vie-privee").content.decode()
    assert title in shown
    assert address in shown


def test_the_next_page_of_a_search_asks_nobody(
    client: Client, other: Other, near: Neighbour
) -> None:
    shown = page(client, "/recherche", q="rive", cursor="20:0", voisins="1")
    assert "neighbours-title" not in shown
    assert other.heads == []
