"""A till's own references: learnt, named, and told of."""

from io import BytesIO

import pytest
from click.testing import CliRunner

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Invalid, NotFound
from comptoir.stock.arrivals import articles
from comptoir.stock.arrivals.articles import (
    arrange,
    load_articles,
    name_article,
    resolve,
    unknown_articles,
)
from comptoir.stock.commands import stock
from comptoir.stock.formats.lines import ArticleLine, RefusedLine, Remark, StockLine
from comptoir.stock.models import Feed, Offer, ReportStatus, TillArticle
from tests.factories import make_product, make_shop, make_staff, take_file
from tests.stock.feeds.samples import BOOK, OTHER

pytestmark = pytest.mark.django_db

SHOPIFY_PRODUCTS = f"""\
Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price,Variant Barcode
petit-prince,Le Petit Prince,PP-1,3,8.40,'{BOOK}
mug,Mug,MUG-1,5,9.00,
faux,Faux,F-1,1,1.00,9782070612368
"""


def woo(*rows: str) -> BytesIO:
    return BytesIO(("ID,Type,SKU,In stock?,Stock\n" + "".join(rows)).encode())


def test_what_the_list_of_a_till_says_is_known_from_then_on():
    shop = make_shop()
    loaded = load_articles(
        shop=shop, format="shopify", stream=BytesIO(SHOPIFY_PRODUCTS.encode()), actor=SYSTEM
    )
    assert (loaded.taken, [(line.line, line.code) for line in loaded.refusals]) == (
        1,
        [(4, "bad_ean")],
    )
    lines = [
        ArticleLine(2, "PP-1", 3, 840, "VG"),
        ArticleLine(3, "MUG-1", 0),
        StockLine(4, OTHER, 1),
    ]
    assert list(resolve(shop, "shopify", lines)) == [StockLine(2, BOOK, 3, 840, "VG"), lines[2]]
    (unknown,) = resolve(shop, "woocommerce", lines[:1])
    assert isinstance(unknown, Remark)
    (unknown,) = resolve(make_shop(), "shopify", lines[:1])
    assert unknown.code == "unknown_item"
    # A call is about this article alone.
    (refused,) = resolve(shop, "square", lines[:1])
    assert isinstance(refused, RefusedLine)


@pytest.mark.parametrize(
    ("format", "header", "row"),
    [
        ("square", "Token,Item Name,SKU,GTIN", f"T-1,Petit Prince,S,{BOOK}"),
        ("lightspeed", "id,handle,sku,ean,name", f"T-1,h,S,{BOOK},Petit Prince"),
        ("woocommerce", 'ID,UGS,"GTIN, UPC, EAN ou ISBN",Nom', f"9,T-1,{BOOK},Petit Prince"),
        ("zettle", "Variant UUID,SKU,Name,Barcode", f"T-1,S,Petit Prince,{BOOK}"),
    ],
)
def test_the_lists_of_several_tills(format, header, row):
    shop = make_shop()
    load_articles(
        shop=shop, format=format, stream=BytesIO(f"{header}\n{row}\n".encode()), actor=SYSTEM
    )
    item = TillArticle.objects.get(shop=shop)
    assert (item.item, item.ean, item.name) == ("T-1", BOOK, "Petit Prince")


@pytest.mark.parametrize(
    ("content", "code"),
    [("sku,title\nA,B\n", "bad_header"), ("", "bad_header"), ("sku,ean\nA\0", "bad_encoding")],
)
def test_a_list_that_is_none_changes_nothing(content, code):
    with pytest.raises(Invalid) as caught:
        load_articles(
            shop=make_shop(), format="table", stream=BytesIO(content.encode()), actor=SYSTEM
        )
    assert caught.value.code == code
    assert not TillArticle.objects.exists()


def test_a_list_without_an_end_is_refused(monkeypatch):
    monkeypatch.setattr(articles, "MOST_ARTICLES", 2)
    rows = f"sku,ean\nA,{BOOK}\nB,{BOOK}\nC,{BOOK}\n"
    with pytest.raises(Invalid) as caught:
        load_articles(shop=make_shop(), format="table", stream=BytesIO(rows.encode()), actor=SYSTEM)
    assert caught.value.code == "too_many_items"


def test_an_unknown_article_is_noted_named_and_taken():
    shop, product = make_shop(), make_product(ean=BOOK)
    file = ("1,simple,PP-1,1,3\n", "2,simple,MUG-1,1,2\n", f"3,simple,{OTHER},1,1\n")
    report = take_file(shop=shop, stream=woo(*file), actor=SYSTEM, format="woocommerce")
    # Two of three lines are about articles that nobody knows: they are no refusals.
    assert (report.status, report.refused_count) == (ReportStatus.APPLIED, 0)
    assert [line[1] for line in report.remarks] == ["unknown_item"] * 2
    assert [each.item for each in unknown_articles(shop, "woocommerce")] == ["MUG-1", "PP-1"]
    with pytest.raises(Invalid):
        name_article(
            shop=shop, format="woocommerce", item="PP-1", ean="9782070612368", actor=SYSTEM
        )
    name_article(shop=shop, format="woocommerce", item="PP-1", ean="2-07-061236-8", actor=SYSTEM)
    report = take_file(shop=shop, stream=woo(*file), actor=SYSTEM, format="woocommerce")
    assert (report.refused_count, report.remark_count) == (0, 1)
    assert Offer.objects.get(shop=shop, product=product).on_hand == 3
    assert [each.item for each in unknown_articles(shop, "woocommerce")] == ["MUG-1"]
    assert TillArticle.objects.get(item="PP-1").ean == BOOK


def test_an_article_keeps_who_said_what_it_is():
    shop = make_shop()
    somebody, stranger = make_staff(shop).actor, make_staff(make_shop()).actor
    list(resolve(shop, "shopify", [ArticleLine(2, "PP-1", 3)]))
    assert TillArticle.objects.get().actor_kind == ""
    with pytest.raises(NotFound):
        name_article(shop=shop, format="shopify", item="PP-1", ean=BOOK, actor=stranger)
    with pytest.raises(NotFound):
        load_articles(shop=shop, format="shopify", stream=BytesIO(b"sku,ean\n"), actor=stranger)
    with pytest.raises(NotFound):
        arrange(shop=shop, format="shopify", shop_code="1", actor=stranger)
    name_article(shop=shop, format="shopify", item="PP-1", ean=BOOK, actor=somebody)
    stream = BytesIO(SHOPIFY_PRODUCTS.replace("PP-1", "PP-2").encode())
    load_articles(shop=shop, format="shopify", stream=stream, actor=SYSTEM)
    who = TillArticle.objects.order_by("item").values_list("item", "actor_kind", "actor_id")
    assert list(who) == [("PP-1", "user", somebody.id), ("PP-2", "system", None)]
    assert None not in TillArticle.objects.values_list("named_at", flat=True)
    feed = arrange(shop=shop, format="shopify", shop_code="1", actor=somebody)
    assert (feed.actor_kind, feed.actor_id) == ("user", somebody.id)
    assert feed.arranged_at is not None


def test_a_file_that_is_given_up_notes_nothing():
    shop = make_shop()

    def broken():
        yield ArticleLine(2, "PP-1", 1)
        raise Invalid("cut_short", "")

    with pytest.raises(Invalid):
        list(resolve(shop, "woocommerce", broken()))
    assert not TillArticle.objects.exists()


def test_as_many_unknown_articles_are_noted_as_a_shop_can_look_at(monkeypatch):
    monkeypatch.setattr(articles, "MOST_UNKNOWN", 3)
    monkeypatch.setattr(articles, "CHUNK_LINES", 2)
    shop = make_shop()
    lines = [ArticleLine(number, f"A-{number}", 1) for number in range(9)]
    assert len(list(resolve(shop, "square", lines))) == 9
    assert unknown_articles(shop, "square").count() == 3


def test_articles_and_arrangements_from_a_terminal(tmp_path):
    shop, file = make_shop(), tmp_path / "products.csv"
    file.write_text(SHOPIFY_PRODUCTS)
    here = ("--shop", shop.slug, "--format", "shopify")
    result = CliRunner().invoke(stock, ["items", *here, str(file)])
    assert result.exit_code == 0, result.output
    assert TillArticle.objects.get(shop=shop).item == "PP-1"
    list(resolve(shop, "shopify", [ArticleLine(2, "MUG-1", 1, name="Mug")]))
    assert "MUG-1  Mug" in CliRunner().invoke(stock, ["items", *here]).output
    file.write_text(SHOPIFY_PRODUCTS.replace(BOOK, "9782070000001"))
    assert CliRunner().invoke(stock, ["items", *here, str(file)]).exit_code == 1
    result = CliRunner().invoke(stock, ["arrange", *here, "--shop-code", "Pilori"])
    assert result.exit_code == 0, result.output
    assert Feed.objects.get(shop=shop).shop_code == "Pilori"
    result = CliRunner().invoke(stock, ["arrange", *here, "--shop-code", "x" * 61])
    assert "bad_shop_code" in result.output
