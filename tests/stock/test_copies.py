"""One-off copies: entered, corrected, sold, withdrawn, seen; each promised by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.catalogue.operations import add_product
from comptoir.core.errors import Conflict, Invalid, NotFound
from comptoir.core.pictures.photo import Photo
from comptoir.shops.operations import SettingsChange
from comptoir.stock.copies import operations
from comptoir.stock.copies.operations import CopyDetails
from comptoir.stock.copies.photos import keep_photo, sweep_photos
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Condition, CopyPhoto, Offer, StockMovement
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.shelf import checks
from comptoir.stock.shelf.copies import Shown, copies_of, read_photo_of, suggested_price
from comptoir.stock.shelf.ledger import change_settings
from comptoir.stock.shelf.nearest import nearest_offers
from comptoir.stock.shelf.standing import standings, who_has
from comptoir.stock.shelf.window import window
from tests import factories

pytestmark = pytest.mark.django_db
VG = CopyDetails("VG", 800, "G+", "Signed")


@pytest.fixture
def shop():
    return factories.make_shop()


@pytest.fixture
def product():
    return factories.make_product(kind="record")


def enter(shop, product, details=VG, ref="C000001", **fields) -> Offer:
    return operations.enter_copy(
        shop=shop, product_id=product.pk, details=details, actor=SYSTEM, ref=ref, **fields
    )


def age(offer: Offer, **ago: float) -> None:
    Offer.objects.filter(pk=offer.pk).update(as_of=timezone.now() - timedelta(**ago))


def test_a_copy_is_entered_with_its_ledger(shop, product):
    offer = enter(shop, product)
    (shown,) = who_has([product.pk])[product.pk]
    assert (shown.offer_id, shown.condition, shown.price_cents, shown.available) == (
        offer.pk,
        "VG",
        800,
        1,
    )
    assert (shown.copy.ref, shown.copy.sleeve, shown.copy.note) == ("C000001", "G+", "Signed")
    assert [m.reason for m in StockMovement.objects.filter(offer=offer)] == ["received"]
    assert list(checks.problems()) == []


def test_a_form_sent_twice_is_one_copy(shop, product):
    assert enter(shop, product).pk == enter(shop, product).pk
    assert Offer.objects.count() == 1
    with pytest.raises(Conflict) as refusal:
        enter(shop, product, CopyDetails("G", 500))
    assert refusal.value.code == "copy_exists"


def test_two_copies_of_a_title_in_one_grade_are_two_offers(shop, product):
    enter(shop, product)
    enter(shop, product, ref="C000002")
    nearest = nearest_offers([product.pk])[product.pk]
    assert (len(nearest.offers), nearest.used_count, nearest.used_from_cents) == (2, 2, 800)
    assert {own.copy.ref for own in standings(shop, [product.pk])} == {"C000001", "C000002"}


@pytest.mark.parametrize(
    ("details", "code"),
    [
        (CopyDetails("new", 800), "bad_condition"),
        (CopyDetails("", 800), "bad_condition"),
        (CopyDetails("VG", -1), "bad_price"),
        (CopyDetails("VG", 800, "??"), "bad_sleeve"),
        (CopyDetails("VG", 800, "", "x" * 501), "bad_note"),
    ],
)
def test_what_no_copy_can_be_is_refused(shop, product, details, code):
    with pytest.raises(Invalid) as refusal:
        enter(shop, product, details)
    assert refusal.value.code == code
    assert not Offer.objects.exists()


@pytest.mark.parametrize("ref", ["", "discogs:1", "x" * 41])
def test_a_reference_is_never_one_of_a_feed(shop, product, ref):
    with pytest.raises(Invalid):
        enter(shop, product, ref=ref)


def test_sold_withdrawn_and_back_on_sale(shop, product):
    offer = enter(shop, product)
    where = {"shop": shop, "offer_id": offer.pk, "actor": SYSTEM}
    operations.sell_copy(**where)
    with pytest.raises(Conflict):
        operations.sell_copy(**where)
    assert operations.see_copy(**where).offer.on_hand == 1
    operations.withdraw_copy(**where)
    assert not who_has([product.pk])
    assert operations.see_copy(**where).offer.on_hand == 1
    assert operations.see_copy(**where).delta == 0
    assert list(checks.problems()) == []


def test_another_shop_s_copy_is_not_found(shop, product):
    offer = enter(shop, product)
    pooled = factories.make_offer(shop=shop, product=product, condition="VG")
    stranger = factories.make_shop()
    for where, offer_id in ((stranger, offer.pk), (shop, pooled.pk)):
        with pytest.raises(NotFound):
            operations.sell_copy(shop=where, offer_id=offer_id, actor=SYSTEM)


def test_a_copy_told_by_a_list_is_corrected_there(shop, product):
    offer = factories.make_offer(shop=shop, product=product, condition="VG", copy_ref="discogs:1")
    with pytest.raises(Conflict) as refusal:
        operations.change_copy(shop=shop, offer_id=offer.pk, details=VG, actor=SYSTEM)
    assert refusal.value.code == "told_by_feed"


def test_details_are_corrected(shop, product):
    offer = enter(shop, product)
    change = {"shop": shop, "offer_id": offer.pk}
    for _each in range(2):
        operations.change_copy(details=CopyDetails("F", 100, "NC", "Torn"), actor=SYSTEM, **change)
    (line,) = offer.changes.all()
    assert (line.condition, line.price_cents, line.actor_kind) == ("VG", 800, "system")
    stranger = factories.make_staff(factories.make_shop())
    with pytest.raises(NotFound):
        operations.change_copy(details=VG, actor=stranger.actor, **change)
    (shown,) = who_has([product.pk])[product.pk]
    assert (shown.condition, shown.price_cents, shown.copy.note) == ("F", 100, "Torn")


def test_safety_stock_hides_no_one_off_copy(product):
    shop = factories.make_shop(safety_stock=2)
    offer = enter(shop, product)
    assert who_has([product.pk])[product.pk][0].available == 1
    assert nearest_offers([product.pk])[product.pk].offers[0].available == 1
    assert [each.offer_id for _, each in window(shop, most=9).offers] == [offer.pk]
    assert standings(shop, [product.pk])[0].available == 1
    change_settings(shop=shop, change=SettingsChange(safety_stock=5), actor=SYSTEM)
    assert who_has([product.pk])[product.pk][0].available == 1


@pytest.mark.parametrize(
    ("days", "confidence"), [(0, "sure"), (1, "sure"), (6, "likely"), (30, "to_confirm")]
)
def test_a_copy_entered_by_hand_grades_down_and_stays(shop, product, days, confidence):
    offer = enter(shop, product)
    age(offer, days=days)
    (shown,) = who_has([product.pk])[product.pk]
    assert shown.confidence == confidence
    assert standings(shop, [product.pk])[0].confidence == confidence


def test_after_sixty_days_it_is_looked_for_again(shop, product):
    offer = enter(shop, product)
    age(offer, days=61)
    assert not who_has([product.pk])
    assert not nearest_offers([product.pk])
    assert not window(shop, most=9).offers
    assert [each.offer for each in copies_of(shop, Shown.UNSEEN)] == [offer]
    operations.see_copy(shop=shop, offer_id=offer.pk, actor=SYSTEM)
    assert [each.offer for each in copies_of(shop)] == [offer]
    assert who_has([product.pk])


def test_a_copy_of_a_silent_list_is_hidden_as_its_feed_s(shop, product):
    offer = factories.make_offer(
        shop=shop, product=product, condition=Condition.VERY_GOOD, copy_ref="discogs:1"
    )
    age(offer, hours=97)
    assert not who_has([product.pk])
    assert not window(shop, most=9).offers


def test_the_nightly_file_makes_no_copy_fresh_nor_gone(shop, product):
    offer = enter(shop, product)
    age(offer, days=30)
    take_report(
        Incoming(
            shop=shop,
            format="csv",
            mode="snapshot",
            as_of=None,
            lines=[StockLine(1, factories.make_product().ean, 1)],
            actor=SYSTEM,
            covers="all",
        )
    )
    (shown,) = who_has([product.pk])[product.pk]
    assert shown.as_of < timezone.now() - timedelta(days=29)
    assert (shown.available, shown.confidence) == (1, "to_confirm")
    assert offer.pk == shown.offer_id


def test_a_price_is_suggested_by_the_shop_s_own_used_ones(shop, product):
    assert suggested_price(shop, product.pk) is None
    factories.make_offer(shop=shop, product=product, price_cents=2500)
    factories.make_offer(product=product, condition="VG", price_cents=100)
    for number, cents in enumerate((500, 800, 1200)):
        enter(shop, product, CopyDetails("VG", cents), ref=f"C{number}")
    assert suggested_price(shop, product.pk) == 800


def test_copies_are_found_by_title_note_and_reference(shop, product):
    offer = enter(shop, product)
    for text in (product.title, "signed", "c0000", product.ean):
        assert [each.offer for each in copies_of(shop, text=text)] == [offer]
    assert not copies_of(shop, text="nothing of the kind").exists()


def test_a_title_that_no_supplier_tells_is_kept_as_typed():
    made = add_product(title=" Ar Mor ", byline="Storlok", kind="record")
    assert (made.title, made.state, made.ean) == ("Ar Mor", "listed", None)
    ean = factories.ean()
    stub = Product.objects.create(ean=ean)
    assert add_product(title="T", byline="", kind="book", ean=ean).pk == stub.pk
    known = factories.make_product(title="Known")
    assert add_product(title="Other", byline="", kind="book", ean=known.ean).title == "Known"
    with pytest.raises(Invalid):
        add_product(title=" ", byline="", kind="book")


def picture(mark: str) -> Photo:
    return Photo(mark * 32, b"large", b"small", 8, 8)


def test_a_photo_goes_with_the_last_copy_that_shows_it(shop, product):
    one = enter(shop, product, photo=picture("a"))
    two = enter(shop, product, ref="C000002", photo=picture("a"))
    change = {"shop": shop, "details": None, "actor": SYSTEM}
    operations.change_copy(offer_id=one.pk, without_photo=True, **change)
    assert read_photo_of("a" * 32, small=True) == b"small"
    operations.change_copy(offer_id=two.pk, photo=picture("b"), **change)
    assert list(CopyPhoto.objects.values_list("pk", flat=True)) == ["b" * 32]
    operations.change_copy(offer_id=two.pk, photo=picture("b"), **change)
    assert read_photo_of("b" * 32, small=False) == b"large"


def test_a_photo_that_no_copy_shows_is_not_served_and_swept(shop, product):
    enter(shop, product, photo=picture("a"))
    keep_photo(picture("c"))
    with pytest.raises(NotFound):
        read_photo_of("c" * 32, small=True)
    assert sweep_photos(now=timezone.now()) == 0
    assert sweep_photos(now=timezone.now() + timedelta(days=2)) == 1
    assert list(CopyPhoto.objects.values_list("pk", flat=True)) == ["a" * 32]
