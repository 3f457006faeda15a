"""How sure a copy is, in words wherever a reader looks; and what the shop then answers."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders import operations
from comptoir.orders.models import Order
from comptoir.shops.places import Point
from comptoir.stock.models import Offer, TrackRecord
from comptoir.stock.shelf.nearest import first_choice, nearest_offers
from tests import factories
from tests.factories import confirm_by_mail
from tests.site.flows import choose, send, text

WORDS = {
    "fr": {
        "sure": "en rayon",
        "likely": "sans doute en rayon",
        "to_confirm": "à confirmer par la boutique",
    },
    "en": {
        "sure": "on the shelf",
        "likely": "most likely on the shelf",
        "to_confirm": "to be confirmed by the shop",
    },
}
SHAPES = {"sure": "stock--shelf", "likely": "stock--likely", "to_confirm": "stock--confirm"}


def make(offer: Offer, grade: str) -> None:
    """Have the shop's record and the age of the figure make the offer so sure."""
    hours, missing = {"sure": (0, 0), "likely": (0, 12), "to_confirm": (50, 0)}[grade]
    moment = timezone.now() - timedelta(hours=hours)
    Offer.objects.filter(shop=offer.shop).update(as_of=moment)
    TrackRecord.objects.update_or_create(
        shop=offer.shop, defaults={"promised": 100, "missing": missing, "as_of": moment}
    )


def badges(html: str) -> list[tuple[str, str]]:
    """Return the shape and the words of each mark of certainty on a page."""
    found = re.findall(r'<span class="stock (stock--\w+)">(.*?)</span>', html, flags=re.DOTALL)
    assert all("<svg" in inside for _, inside in found)
    return [(shape, " ".join(re.sub(r"<[^>]+>", " ", inside).split())) for shape, inside in found]


@pytest.mark.parametrize("grade", ["sure", "likely", "to_confirm"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_is_said_in_words_and_by_a_shape_at_every_place(client, street, index, grade, language):
    index()
    make(street.offer, grade)
    make(street.used_offer, grade)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    client.post("/panier", {"action": "add", "offer": street.offer.pk})
    expected = (SHAPES[grade], WORDS[language][grade])
    for path in (
        "/recherche?q=education+sentimentale&near=Poitiers",
        f"/titre/{street.book.ref}?near=Poitiers",
        f"/boutiques/{street.near.slug}",
        "/panier",
        f"/reserver?shop={street.near.slug}",
    ):
        page = client.get(path).content.decode()
        assert expected in badges(page), path
        assert '<time datetime="' in page, path


def test_structured_data_promises_no_more_than_the_page(client, street):
    for grade, said in (("sure", "InStoreOnly"), ("to_confirm", "LimitedAvailability")):
        make(street.offer, grade)
        page = client.get(f"/titre/{street.book.ref}").content.decode()
        script = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]
        told = {
            offer["seller"]["name"]: offer["availability"]
            for offer in json.loads(script)["offers"]
            if offer["itemCondition"].endswith("NewCondition")
        }
        assert told[street.near.name] == f"https://schema.org/{said}"


def test_the_heading_counts_what_is_promised_apart(client, street):
    make(street.offer, "to_confirm")
    said = text(client.get(f"/titre/{street.book.ref}"))
    assert "En rayon dans 1 boutique" in said
    assert "et dans 1 autre, à confirmer" in said
    make(street.far_offer, "to_confirm")
    assert "Dans 2 boutiques, à confirmer" in text(client.get(f"/titre/{street.book.ref}"))


def test_the_form_warns_and_the_page_waits_for_the_shop(client, street):
    make(street.offer, "to_confirm")
    form = choose(client, street.offer)
    said = text(form)
    assert "La boutique vérifie d’abord en rayon" in said
    assert "Réserver, à confirmer" in said
    order = Order.objects.get(token=send(client, form).url.rsplit("/", 1)[1])
    page = f"/reservation/{order.token}"
    # The form said it: nothing else needs saying.
    assert "Entre-temps" not in text(client.get(page))
    confirm_by_mail(order)
    said = text(client.get(page))
    assert "À confirmer par la boutique" in said
    assert f"{street.near.name} vérifie son rayon pour vous" in said
    assert "attendez sa réponse" in said
    operations.set_aside(order_id=order.pk, actor=SYSTEM)
    said = text(client.get(page))
    assert "Trouvé, et mis de côté pour vous" in said
    assert "à confirmer" not in said


def test_a_page_that_promised_too_much_is_put_right_clearly(client, street):
    form = choose(client, street.offer)
    assert "vérifie" not in text(form)
    make(street.offer, "to_confirm")
    response = send(client, form)
    said = text(client.get(response.url))
    assert "Entre-temps, il est devenu moins sûr" in said
    assert street.book.title in said
    assert Order.objects.get().lines.get().to_confirm


def test_where_there_is_room_for_one_a_promised_copy_a_little_farther_wins(db):
    product = factories.make_product()
    near = factories.make_shop(latitude=46.5810)
    farther = factories.make_shop(latitude=46.5900)
    far = factories.make_shop(latitude=46.70)
    offers = {
        shop: factories.make_offer(shop=shop, product=product) for shop in (near, farther, far)
    }
    make(offers[near], "to_confirm")

    def first() -> int:
        found = nearest_offers([product.pk], Point(46.5802, 0.3404))[product.pk].offers
        assert [offer.shop for offer in found] == [near, farther, far]
        return first_choice(found).offer_id

    assert first() == offers[farther].pk
    make(offers[farther], "to_confirm")
    assert first() == offers[near].pk
    make(offers[near], "likely")
    assert first() == offers[near].pk
