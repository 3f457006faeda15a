"""The cards of titles and shops, and what pages say of themselves to whoever shares them."""

from io import BytesIO

import lxml.html
import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import ProductState
from comptoir.core import limits
from comptoir.events.operations import announce_event
from comptoir.site.machines import cards
from comptoir.ui.cards import Card, draw_card
from comptoir.ui.covers import PALETTES
from tests.factories import make_product, make_shop
from tests.verbs.world import MEETING

BASE = settings.BASE_URL


def drawn(client, path: str) -> Image.Image:
    """Return a card as Pillow opens it."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    image = Image.open(BytesIO(answer.content))
    image.load()
    assert image.size == (1200, 630)
    return image.convert("RGB")


def said(client, path: str) -> dict[str, str]:
    """Return what a page says in Open Graph's words."""
    page = lxml.html.document_fromstring(client.get(path).content)
    metas = page.xpath("//meta[starts-with(@property, 'og:') or starts-with(@name, 'twitter:')]")
    return {meta.get("property") or meta.get("name"): meta.get("content") for meta in metas}


def test_a_page_says_how_it_is_shown_elsewhere_and_its_card_is_there(client, street):
    meeting = announce_event(shop=street.near, details=MEETING, actor=SYSTEM)
    for path, kind, title in (
        (f"/titre/{street.book.ref}", "book", street.book.title),
        (f"/titre/{street.record.ref}", "website", street.record.title),
        (f"/boutiques/{street.near.slug}", "website", street.near.name),
        (f"/agenda/{meeting.pk}", "website", meeting.title),
    ):
        told = said(client, path)
        assert told["og:type"] == kind
        assert told["og:title"].startswith(title)
        assert told["og:url"] == BASE + path
        assert told["og:site_name"] == settings.SITE_NAME
        assert told["og:description"]
        assert (told["og:locale"], told["og:locale:alternate"]) == ("fr_FR", "en_GB")
        assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
        assert told["twitter:card"] == "summary_large_image"
        drawn(client, told["og:image"].removeprefix(BASE))


def test_in_another_language_the_card_has_it_too(client, street):
    path = f"/titre/{street.book.ref}?langue=en"
    told = said(client, path)
    assert told["og:locale"] == "en_GB"
    assert told["og:url"] == BASE + path
    english = client.get(told["og:image"].removeprefix(BASE))
    french = client.get(f"/carte/titre/{street.book.ref}.png", headers={"Accept-Language": "en"})
    assert english.content != french.content


def test_a_card_tells_how_many_shops_have_it_and_is_asked_for_again_by_its_tag(client, street):
    path = f"/carte/titre/{street.book.ref}.png"
    first = client.get(path)
    assert "public" in first["Cache-Control"]
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert not first.cookies
    street.offer.on_hand = 0
    street.offer.save()
    assert client.get(path).content != first.content
    # The pill that says so is the one green thing on the left.
    green = (47, 93, 69)
    nowhere = drawn(client, f"/carte/titre/{street.nowhere.ref}.png").crop((0, 440, 600, 540))
    there = drawn(client, path).crop((0, 440, 600, 540))
    assert green in {colour for _n, colour in there.getcolors(2**16) or []}
    assert green not in {colour for _n, colour in nowhere.getcolors(2**16) or []}


def test_what_the_public_does_not_see_has_no_card(client, street):
    unknown = make_product(state=ProductState.UNKNOWN)
    hidden = make_shop(slug="cachee", paused_at=timezone.now())
    for path in (
        *(f"/carte/titre/{unknown.ref}.png", f"/carte/boutique/{hidden.slug}.png"),
        *("/carte/titre/nul.png", "/carte/boutique/nulle.png"),
    ):
        assert client.get(path).status_code == 404, path


def test_cards_are_limited(client, street, settings, monkeypatch):
    settings.RATE_LIMITS, settings.WORKERS = True, 1
    limits.reads.clear()
    monkeypatch.setattr(cards, "LIMIT", limits.Limit("card-tried", 2))
    path = f"/carte/boutique/{street.near.slug}.png"
    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 429]
    limits.reads.clear()


@pytest.mark.parametrize(
    "title",
    [
        "",
        "É",
        "L" * 500,
        "Un titre de soixante lettres, ou un peu plus, comme il y en a tant",
        "本 🎷",
    ],
)
def test_any_words_fit(title):
    for shape in ("jacket", "sleeve", "front"):
        card = Card("Livre", title, title, title, title, shape, PALETTES[0])
        image = Image.open(BytesIO(draw_card(card))).convert("RGB")
        # Nothing is written over the drawing, nor at the edges below the awning.
        paper = (251, 247, 240)
        for x in (20, 1190):
            assert {image.getpixel((x, y)) for y in range(60, 630, 3)} == {paper}
        assert {image.getpixel((x, 615)) for x in range(0, 1200, 3)} == {paper}
