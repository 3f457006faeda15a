"""What the tests of the public pages share: a small street of shops, and an index over it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.cache import cache

from comptoir.catalogue.models import (
    Contributor,
    ContributorRole,
    Product,
    ProductFormat,
    ProductKind,
)
from comptoir.search import builder, reader
from comptoir.shops.models import Service, ServiceKind, Shop, ShopKind
from comptoir.stock.models import Condition, Offer
from tests import factories


@dataclass(frozen=True, slots=True)
class Street:
    """Two bookshops (Poitiers, Niort) and a record shop, what they have, and what nobody has."""

    near: Shop
    far: Shop
    records: Shop
    book: Product
    record: Product
    nowhere: Product
    offer: Offer
    far_offer: Offer
    used_offer: Offer
    record_offer: Offer


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    """Start and end with an empty cache: it holds limits and the window."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def index(db, tmp_path: Path, settings, monkeypatch) -> Iterator[Callable[[], int]]:
    """Give the function that builds an index of the test's own."""
    settings.VAR = tmp_path
    monkeypatch.setattr(reader, "_LOOK_AGAIN_SECONDS", -1.0)
    reader.READER.forget()
    yield builder.rebuild
    reader.READER.forget()


@pytest.fixture
def street(db) -> Street:
    """Make the street. All shops are always open."""
    return make_street()


def make_street() -> Street:
    """Make two bookshops and a record shop with a book, a record and a title nobody has."""
    hours = factories.ALWAYS_OPEN
    near = factories.make_shop(name="Librairie du Pilori", slug="pilori", opening_hours=hours)
    far = factories.make_shop(
        name="Librairie du Donjon",
        slug="donjon",
        city="Niort",
        postcode="79000",
        latitude=46.3237,
        longitude=-0.4648,
        opening_hours=hours,
    )
    records = factories.make_shop(
        name="Sillon", slug="sillon", kind=ShopKind.RECORDS, opening_hours=hours
    )
    Service.objects.create(shop=near, kind=ServiceKind.SPECIAL_ORDERS)
    book = factories.make_product(
        title="L’Éducation sentimentale", byline="Gustave Flaubert", published="1869-11-17"
    )
    Contributor.objects.create(
        product=book, position=1, role=ContributorRole.AUTHOR, name="Gustave Flaubert"
    )
    record = factories.make_product(
        title="Préludes", byline="Trio du Clain", kind=ProductKind.RECORD, format=ProductFormat.LP
    )
    used = {"condition": Condition.VERY_GOOD, "price_cents": 450}
    return Street(
        near,
        far,
        records,
        book,
        record,
        factories.make_product(title="Les Introuvables", byline="Personne"),
        factories.make_offer(shop=near, product=book, on_hand=2, price_cents=890),
        factories.make_offer(shop=far, product=book, on_hand=4, price_cents=890),
        factories.make_offer(shop=far, product=book, on_hand=1, **used),
        factories.make_offer(shop=records, product=record, on_hand=1, price_cents=2490),
    )
