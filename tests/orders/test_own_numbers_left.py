"""What a version before this one shares again is split: by its job of the night, and by the
migration after which nothing can be shared."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.core.db import execute, fetch
from comptoir.core.models import OutboxEntry
from comptoir.orders.checks import problems as order_problems
from comptoir.orders.models import OrderLine
from comptoir.orders.operations import place
from comptoir.stock.copies.operations import CopyDetails, enter_copy
from comptoir.stock.models import Offer
from comptoir.stock.shelf import ledger
from comptoir.stock.shelf.checks import problems
from comptoir.stock.shelf.demand import note_demand
from tests.factories import make_offer, make_product, make_shop, request_for

pytestmark = pytest.mark.django_db

OWN = "2000000000015"


@pytest.fixture(autouse=True)
def _before_the_constraint():
    execute("ALTER TABLE catalogue_product DROP CONSTRAINT catalogue_product_no_own_number")


def split_own_numbers() -> bool:
    """Split what is shared, as the migration does; whether there was any."""
    with transaction.atomic():
        ((found,),) = fetch("SELECT orders_split_own_numbers()")
    return bool(found)


@pytest.fixture
def shared() -> Product:
    return make_product(ean=OWN, title="Occasion polar")


def own(shop) -> Offer:
    return Offer.objects.get(shop=shop, product__source_ref=f"{shop.pk}:{OWN}", copy_ref="")


def test_there_is_nothing_to_split_where_nothing_is_shared():
    make_offer(product=make_product(title="Le Horla"))
    ledger.receive(shop=make_shop(), ean=OWN, actor=SYSTEM)
    entries = OutboxEntry.objects.count()
    assert split_own_numbers() is False
    assert OutboxEntry.objects.count() == entries


@pytest.mark.parametrize(("minutes", "on_hand"), [(5, 3), (-5, 7)])
def test_of_two_offers_of_one_shop_the_later_figure_counts(shared, minutes, on_hand):
    a, b = make_shop(safety_stock=0), make_shop(safety_stock=0)
    ledger.receive(shop=a, ean=OWN, quantity=7, actor=SYSTEM)
    kept = own(a)
    moment = kept.as_of + timedelta(minutes=minutes)
    gone = make_offer(shop=a, product=shared, on_hand=3, as_of=moment)
    other = make_offer(shop=b, product=shared, on_hand=1)
    place(request_for(kept, trusted=True))
    place(request_for(gone, trusted=True))
    note_demand(shared.pk)
    assert split_own_numbers() is True
    assert (own(a).pk, own(a).on_hand, own(a).held, own(a).short) == (kept.pk, on_hand, 2, 0)
    assert (own(b).pk, own(b).on_hand, own(b).ean) == (other.pk, 1, OWN)
    lines = OrderLine.objects.values_list("offer_id", "product_id").distinct()
    assert list(lines) == [(kept.pk, own(a).product_id)]
    gone.refresh_from_db()
    assert (gone.on_hand, gone.held, gone.ean) == (0, 0, None)
    # Nobody knows who typed the title.
    assert {own(shop).product.title for shop in (a, b)} == {""}
    assert not [*problems(), *order_problems()]
    assert split_own_numbers() is False


def test_a_title_typed_meanwhile_goes_to_the_article_of_whoever_typed_it(shared):
    a, b = make_shop(), make_shop()
    for shop in (a, b):
        ledger.receive(shop=shop, ean=OWN, actor=SYSTEM)
    details = CopyDetails("VG", 300)
    enter_copy(shop=b, product_id=shared.pk, details=details, actor=SYSTEM, ref="B1")
    make_offer(shop=a, product=shared, as_of=timezone.now())
    assert split_own_numbers()
    assert (own(a).product.title, own(b).product.title) == ("", "Occasion polar")
    assert Offer.objects.get(copy_ref="B1").product == own(b).product
    assert not list(problems())
