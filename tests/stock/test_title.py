"""A title and who has it, in one question: the title as it is, whatever this process remembers."""

import pytest

from comptoir.catalogue import memory
from comptoir.catalogue.models import TILL_SOURCE, Product, ProductState, own_ref
from comptoir.core.errors import NotFound
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.stock.shelf import standing
from comptoir.stock.shelf.standing import title_and_who_has, who_has
from tests.factories import make_offer, make_product, make_shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shops_are_kept")]


def test_it_is_what_the_two_questions_say():
    offer = make_offer(on_hand=3)
    for _twice in range(2):
        title, offers = title_and_who_has(offer.ean)
        assert title.product == offer.product
        assert offers == who_has([offer.product_id])[offer.product_id]
    alone, nobody = title_and_who_has(make_product().ean)
    assert (alone.product.state, nobody) == (ProductState.LISTED, [])


def test_a_title_is_two_questions_and_one_where_it_is_known(django_assert_num_queries):
    offer = make_offer()
    directory()
    with django_assert_num_queries(2):
        title_and_who_has(offer.ean)
    with django_assert_num_queries(1):
        title_and_who_has(offer.ean)


def test_a_title_that_changed_is_read_again():
    product = make_offer().product
    assert title_and_who_has(product.ean)[0].product.title == product.title
    for text in ("Un autre", "Un troisième"):
        Product.objects.filter(pk=product.pk).update(title=text)
        assert title_and_who_has(product.ean)[0].product.title == text


def test_without_its_version_a_title_would_stay_as_it_was(monkeypatch):
    """The control: where every version passes for the same, the old title is shown."""
    for module in (standing, memory):
        blind = module._TITLE.replace(memory.VERSION.format(row="p"), "''")
        monkeypatch.setattr(module, "_TITLE", blind)
    product = make_offer().product
    title_and_who_has(product.ean)
    Product.objects.filter(pk=product.pk).update(title="Un autre")
    assert title_and_who_has(product.ean)[0].product.title == product.title


def test_a_title_that_left_is_not_found():
    product = make_product()
    title_and_who_has(product.ean)
    product.delete()
    with pytest.raises(NotFound):
        title_and_who_has(product.ean)


def test_a_number_that_another_title_has_now_leads_there():
    old, new = make_product(), make_product()
    ean = old.ean
    title_and_who_has(ean)
    Product.objects.filter(pk=old.pk).update(ean=None, source="x", source_ref="1")
    Product.objects.filter(pk=new.pk).update(ean=ean)
    assert title_and_who_has(ean)[0].product == new


def test_an_article_of_one_shop_alone_goes_with_its_shop():
    shop = make_shop()
    own = make_product(ean=None, source=TILL_SOURCE, source_ref=own_ref(shop.pk, "2000001"))
    make_offer(shop=shop, product=own)
    assert title_and_who_has(own.ref)[1]
    Shop.objects.filter(pk=shop.pk).update(paused_at="2026-11-28T10:00Z")
    with pytest.raises(NotFound):
        title_and_who_has(own.ref)


def test_no_more_titles_are_remembered_than_fit(monkeypatch):
    monkeypatch.setattr(memory, "REMEMBERED", 2)
    for _each in range(5):
        title_and_who_has(make_product().ean)
    assert len(memory._titles) <= 2
