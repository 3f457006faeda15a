"""A number that a till gives by itself: an article of its shop, whatever other shops call so."""

from io import BytesIO

import pytest
from click.testing import CliRunner
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product, ProductState
from comptoir.catalogue.operations import add_product, stub_products
from comptoir.core.db import fetch
from comptoir.core.errors import Invalid, NotFound
from comptoir.shops.models import Shop
from comptoir.stock.arrivals.articles import name_article, resolve, title_article
from comptoir.stock.commands import stock
from comptoir.stock.copies.operations import CopyDetails, TypedTitle, enter_copy, enter_unknown_copy
from comptoir.stock.counts.operations import Scan, differences, start_count, take_scans
from comptoir.stock.counts.steps import apply_some, begin_applying
from comptoir.stock.formats import calls, passculture
from comptoir.stock.formats.lines import ArticleLine, CopyLine, StockBlock, StockLine, check_line
from comptoir.stock.models import Offer, ReportMode, ReportStatus, TillArticle
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.reports.preview import Kind, open_preview
from comptoir.stock.shelf import ledger
from comptoir.stock.shelf.checks import problems
from comptoir.stock.shelf.copies import copies_of
from comptoir.stock.shelf.demand import note_demand, unmet_demand
from comptoir.stock.shelf.locks import last_movement
from comptoir.stock.shelf.pages import list_promised
from tests.factories import make_shop, preview_file, take_file

pytestmark = pytest.mark.django_db

OWN = "2000000000015"
OTHER_OWN = "2000000000022"
EIGHT = "20000011"
EAN = "9782070612369"


@pytest.fixture
def shops() -> tuple[Shop, Shop]:
    return make_shop(safety_stock=0), make_shop(safety_stock=0)


def csv(*lines: str, header: str = "ean;quantity;price;title") -> BytesIO:
    return BytesIO("\n".join([header, *lines, ""]).encode())


def tell(shop: Shop, *lines: str, **given: object):
    given = {"format": "csv", "mode": ReportMode.SNAPSHOT} | given
    return take_file(shop=shop, stream=csv(*lines), actor=SYSTEM, **given)


def tell_copies(shop: Shop, *lines: CopyLine):
    return take_report(
        Incoming(
            shop=shop,
            format="discogs",
            mode=ReportMode.SNAPSHOT,
            as_of=None,
            lines=lines,
            actor=SYSTEM,
            covers="copies",
        )
    )


def own(shop: Shop, number: str = OWN) -> Offer:
    return Offer.objects.get(shop=shop, product__source_ref=f"{shop.pk}:{number}", copy_ref="")


def test_two_shops_have_two_articles_of_one_number(shops):
    a, b = shops
    report = tell(a, f"{OWN};4;6.00;Carnet A5", f"{EAN};3;8.40;Le Horla")
    tell(b, f"{OWN};1;3.00;Occasion polar", f"{EAN};2;8.40;Le Horla")
    assert (report.status, report.refused_count, report.unknown_count) == ("applied", 0, 2)
    assert own(a).product != own(b).product
    assert own(a).product.ean is None
    assert (own(a).product.source, own(a).product.number) == ("till", OWN)
    assert (own(a).on_hand, own(a).price_cents, own(b).on_hand) == (4, 600, 1)
    assert Offer.objects.filter(product__ean=EAN).values("product").distinct().count() == 1
    names = dict(TillArticle.objects.values_list("shop_id", "name"))
    assert names == {a.pk: "Carnet A5", b.pk: "Occasion polar"}
    assert not list(problems())


def test_the_next_reports_of_every_mode_find_the_article_again(shops):
    a, b = shops
    tell(a, f"{OWN};4;6.00;")
    tell(b, f"{OWN};7;6.00;")
    before = own(a).product_id
    tell(a, f"{OWN};3;6.50;", mode=ReportMode.DELTA)
    assert (own(a).on_hand, own(a).price_cents) == (3, 650)
    tell(a, f"{OWN};1;;", mode=ReportMode.SALES)
    assert own(a).on_hand == 2
    tell(a, f"{OWN};5;7.00;")
    assert (own(a).on_hand, own(a).product_id) == (5, before)
    tell(a, f"{EAN};1;8.40;")
    assert (own(a).on_hand, own(b).on_hand) == (0, 7)


def test_what_is_typed_for_it_shows_nowhere_else(shops):
    a, b = shops
    tell(a, f"{OWN};4;6.00;")
    details = CopyDetails("VG+", 300)
    title = TypedTitle("Occasion polar", "Une Autrice", "book", OWN)
    typed = enter_unknown_copy(shop=b, title=title, details=details, actor=SYSTEM, ref="B1")
    assert typed.product.source_ref == f"{b.pk}:{OWN}"
    assert (own(a).product.title, own(a).product.state) == ("", ProductState.UNKNOWN)
    with pytest.raises(NotFound):
        enter_copy(shop=a, product_id=typed.product_id, details=details, actor=SYSTEM, ref="A1")
    assert [each.offer for each in copies_of(b, text=OWN)] == [typed]
    assert not copies_of(a, text=OWN)


def test_a_title_of_an_own_article_can_be_given_and_corrected(shops):
    a, b = shops
    tell(a, f"{OWN};4;6.00;")
    given = {"byline": "", "kind": "other", "actor": SYSTEM}
    title_article(shop=b, number=OWN, title="Occasion polar", **given)
    title_article(shop=a, number=OWN, title="Carnet", **given)
    title_article(shop=a, number=OWN, title="Carnet A5", **given)
    assert (own(a).product.title, own(a).product.state) == ("Carnet A5", "listed")
    with pytest.raises(Invalid) as caught:
        title_article(shop=a, number=EAN, title="Le Horla", **given)
    assert caught.value.code == "not_own"


def test_the_counter_s_verbs_stay_in_the_shop(shops):
    a, b = shops
    ledger.receive(shop=a, ean=OWN, quantity=3, actor=SYSTEM)
    ledger.receive(shop=b, ean=OWN, quantity=1, actor=SYSTEM)
    ledger.sell(shop=a, ean=OWN, actor=SYSTEM)
    ledger.set_count(shop=b, ean=OWN, count=9, actor=SYSTEM)
    assert (own(a).on_hand, own(b).on_hand) == (2, 9)
    assert last_movement(a.pk, OWN) == own(a).movements.latest("pk").pk
    tell(a, f"{OWN};2;;")
    assert Offer.objects.filter(shop=a).count() == 1
    done = CliRunner().invoke(stock, ["explain", "--shop", b.slug, OWN])
    assert "9" in done.output
    assert done.exit_code == 0


def test_a_count_finds_and_writes_the_shop_s_own_article(shops):
    a, b = shops
    tell(a, f"{OWN};4;6.00;", f"{OTHER_OWN};2;1.00;")
    tell(b, f"{OWN};8;6.00;")
    session = start_count(shop=a, name="Papeterie", whole=True, actor=SYSTEM)
    assert not take_scans(session=session, scans=[Scan("1", OWN), Scan("2", EIGHT)], actor=SYSTEM)
    (found, new) = sorted(differences(session), key=lambda each: each.title.ean)
    assert (found.title.ean, found.title.expected, new.title.ean) == (OWN, 4, EIGHT)
    begin_applying(session=session, zero_rest=True, actor=SYSTEM)
    while apply_some(session.pk):
        pass
    assert (own(a).on_hand, own(a, EIGHT).on_hand, own(a, OTHER_OWN).on_hand) == (1, 1, 0)
    assert own(b).on_hand == 8
    assert not list(problems())


def test_a_preview_tells_of_the_shop_s_own_article(shops):
    a, b = shops
    title_article(shop=b, number=OWN, title="Polar", byline="", kind="book", actor=SYSTEM)
    title_article(shop=a, number=OWN, title="Carnet", byline="", kind="other", actor=SYSTEM)
    tell(a, f"{OWN};4;6.00;")
    report = preview_file(
        shop=a, stream=csv(f"{OWN};2;6.00;", f"{OTHER_OWN};1;1.00;"), actor=SYSTEM, format="csv"
    )
    assert report.status == ReportStatus.PREVIEWED
    with open_preview(report) as preview:
        (falls,) = preview.rows(Kind.FALLS)
        (unknown,) = preview.rows(Kind.UNKNOWN)
    assert (falls.title, falls.was, falls.now) == ("Carnet", 4, 2)
    assert unknown.ean == OTHER_OWN


def test_a_shop_may_say_that_its_number_is_a_title_of_the_catalogue(shops):
    a, b = shops
    for shop in shops:
        tell(shop, f"{OWN};4;6.00;")
    name_article(shop=a, format="csv", item=OWN, ean=EAN, actor=SYSTEM)
    for shop in shops:
        tell(shop, f"{OWN};3;6.00;")
    assert Offer.objects.get(shop=a, on_hand=3).product.ean == EAN
    assert own(a).on_hand == 0
    assert own(b).on_hand == 3


def test_a_block_of_lines_is_looked_up_too(shops):
    a, _b = shops
    name_article(shop=a, format="asc", item=OWN, ean=EAN, actor=SYSTEM)
    row = "0\t{}\t0004\t0000000600\tnew\n"
    block = StockBlock(2, [OWN, OTHER_OWN], (row.format(OWN) + row.format(OTHER_OWN)).encode())
    (taken,) = resolve(a, "asc", [block])
    assert taken.eans == [EAN, OTHER_OWN]
    assert taken.rows == (row.format(EAN) + row.format(OTHER_OWN)).encode()
    assert set(TillArticle.objects.values_list("item", "ean")) == {
        (OWN, EAN),
        (OTHER_OWN, OTHER_OWN),
    }


def test_the_article_of_a_reference_may_be_one_of_the_shop_s_own(shops):
    a, _b = shops
    name_article(shop=a, format="shopify", item="MUG-1", ean=OWN, actor=SYSTEM)
    lines = [ArticleLine(2, "MUG-1", 3), ArticleLine(3, "MUG-2", 1)]
    first, second = resolve(a, "shopify", lines)
    assert first == StockLine(2, OWN, 3)
    assert second.code == "unknown_item"


def test_a_renamed_article_is_known_by_its_newest_name(shops):
    a, _b = shops
    tell(a, f"{OWN};4;6.00;Carnet A5")
    tell(a, f"{OWN};4;6.00;")
    assert TillArticle.objects.get().name == "Carnet A5"
    tell(a, f"{OWN};4;6.00;Carnet B5")
    assert TillArticle.objects.get().name == "Carnet B5"


@pytest.mark.parametrize("written", [EIGHT, f"00000{EIGHT}", f"0000-0{EIGHT}"])
def test_eight_digits_are_one_article_however_they_are_written(shops, written):
    a, _b = shops
    assert tell(a, f"{written};4;6.00;").refused_count == 0
    assert own(a, EIGHT).on_hand == 4


def test_tite_live_s_lines_stay_in_the_shop(shops):
    lines = "".join(
        f"0001{ean}{count}{price}\r\n"
        for ean, count, price in [
            (OWN, "0004", "0000000600"),
            (f"00000{EIGHT}", "0002", "0000000100"),
            (EAN, "0001", "0000000840"),
        ]
    )
    day = f"{timezone.localdate():%d/%m/%Y}"
    for shop in shops:
        stream = BytesIO(f"EXTRACTION STOCK DU {day}\r\n{lines}".encode())
        report = take_file(shop=shop, stream=stream, actor=SYSTEM, format="asc")
        assert (report.status, report.refused_count) == ("applied", 0)
        assert (own(shop).on_hand, own(shop, EIGHT).on_hand) == (4, 2)


def test_a_list_for_the_pass_culture_leaves_own_numbers_out(shops):
    a, _b = shops
    tell(a, f"{OWN};4;6.00;", f"{EAN};3;8.40;")
    assert [title.ean for title in list_promised(a, limit=10).titles] == [EAN]


def test_what_readers_asked_for_in_one_shop_is_its_own_business(shops):
    a, b = shops
    for shop in shops:
        product = add_product(title="Carnet", byline="", kind="book", ean=OWN, shop_id=shop.pk)
        for _time in range(3 if shop == b else 4):
            note_demand(product.pk)
    assert [(each.product.own_shop_id, each.times) for each in unmet_demand(a)] == [(a.pk, 4)]
    assert [(each.product.own_shop_id, each.times) for each in unmet_demand(b)] == [(b.pk, 3)]


def test_an_own_number_is_nothing_without_its_shop():
    with pytest.raises(ValueError, match="outside its shop"):
        stub_products([OWN])
    shop = make_shop()
    assert stub_products([OWN], shop.pk)[OWN]
    ledger.receive(shop=shop, ean=OWN, actor=SYSTEM)
    tell(shop, f"{OWN};4;6.00;", mode=ReportMode.DELTA)
    assert fetch("SELECT count(*) FROM stock_offer") == [(1,)]
    assert Product.objects.filter(source="till").count() == 1


def test_calls_and_providers_name_the_shop_s_own_article():
    line = calls.count_line(line=1, item="T-1", count=3, ean=OWN, name="Carnet")
    assert line == ArticleLine(1, OWN, 3, name="Carnet", own=True)
    entries = [
        passculture.Entry(OWN, check_line(line=number, ean=OWN, quantity=number))
        for number in (1, 2)
    ]
    assert list(passculture.merged(iter(entries))) == [ArticleLine(1, OWN, 3, own=True)]


def test_a_copy_of_a_record_is_no_other_shop_s_own_article(shops):
    a, b = shops
    stub_products([OWN], b.pk)
    Product.objects.update(title="Blue", state="listed", kind="record", catalogue_number="MS 2038")
    line = {"title": "Blue", "artist": "Joni", "condition": "VG", "price_cents": 900}
    for shop, told in ((a, {"catno": "MS 2038", "release": "7"}), (b, {"ean": OWN})):
        copy = CopyLine(line=1, ref="1", quantity=1, **line | told)
        tell_copies(shop, copy)
    assert Offer.objects.get(shop=a).product.source == "discogs"
    assert Offer.objects.get(shop=b).product.source_ref == f"{b.pk}:{OWN}"
