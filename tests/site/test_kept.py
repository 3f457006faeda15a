"""What pages keep of titles and shops is shown while it is so; of a reader they keep nothing."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from comptoir.catalogue.models import Product, ProductState
from comptoir.shops.models import Shop
from comptoir.site import home
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_window() -> None:
    cache.clear()
    home._windows.clear()


def shown(client: Client, path: str, language: str = "fr") -> str:
    return client.get(path, headers={"Accept-Language": language}).content.decode()


@pytest.mark.usefixtures("shops_are_kept")
def test_a_title_that_changed_is_shown_as_it_is(client):
    product = make_offer(product=make_product(description="Un premier texte")).product
    path = f"/titre/{product.ean}"
    assert "Un premier texte" in shown(client, path)
    Product.objects.filter(pk=product.pk).update(description="Un second texte", title="Autrement")
    page = shown(client, path)
    assert "Un second texte" in page
    assert "Un premier texte" not in page
    assert "<h1>Autrement</h1>" in page


@pytest.mark.usefixtures("shops_are_kept")
def test_what_is_kept_of_a_title_is_kept_for_each_language(client):
    path = f"/titre/{make_offer().product.ean}"
    for _twice in range(2):
        assert "À propos de ce livre" in shown(client, path, "fr")
        assert "About this book" in shown(client, path, "en")


def test_the_window_shows_titles_as_they_are(client):
    product = make_offer(product=make_product(title="En vitrine")).product
    assert "En vitrine" in shown(client, "/")
    Product.objects.filter(pk=product.pk).update(title="Renommé")
    assert "Renommé" in shown(client, "/")
    Product.objects.filter(pk=product.pk).update(state=ProductState.WITHDRAWN)
    assert "Renommé" not in shown(client, "/")


def test_the_window_is_rendered_once_for_the_same_titles(client, django_assert_num_queries):
    """The control: what did not change is kept, and only its versions are asked for."""
    product = make_offer(product=make_product(title="En vitrine")).product
    shown(client, "/")
    versions, _text = home._windows["fr", None]
    home._windows["fr", None] = versions, "gardé"
    assert "gardé" in shown(client, "/")
    Product.objects.filter(pk=product.pk).update(title="Renommé")
    assert "gardé" not in shown(client, "/")


def test_a_shop_that_changed_is_shown_as_it_is(client):
    shop = make_shop(name="Avant")
    make_offer(shop=shop)
    assert "<h1>Avant</h1>" in shown(client, f"/boutiques/{shop.slug}")
    Shop.objects.filter(pk=shop.pk).update(name="Après", description="Nouveau")
    page = shown(client, f"/boutiques/{shop.slug}")
    assert "<h1>Après</h1>" in page
    assert "Nouveau" in page
    Shop.objects.filter(pk=shop.pk).update(paused_at="2026-11-28T10:00Z")
    assert client.get(f"/boutiques/{shop.slug}").status_code == 404


@pytest.mark.usefixtures("shops_are_kept")
@pytest.mark.parametrize("path", ["/titre/{ean}", "/boutiques/{slug}"])
def test_a_reader_never_meets_the_token_of_another(path):
    offer = make_offer()
    path = path.format(ean=offer.product.ean, slug=offer.shop.slug)
    met: list[set[str]] = []
    for _reader in range(2):
        page = shown(Client(), path)
        met.append(set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)))
        assert page.count('name="offer"') == 1
    assert met[0]
    assert not met[0] & met[1]


@pytest.mark.usefixtures("shops_are_kept")
def test_a_place_is_its_reader_s_alone():
    path = f"/titre/{make_offer().product.ean}"
    assert "Bordeaux" in shown(Client(), f"{path}?near=Bordeaux")
    page = shown(Client(), path)
    assert "Bordeaux" not in page
    assert "km" not in page
