"""What stands in a till's list and is no title, and less than none of one."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.stock.arrivals.articles import unknown_articles
from comptoir.stock.formats import furniture
from comptoir.stock.formats.lines import ArticleLine, RefusedLine, StockLine
from comptoir.stock.models import Offer, ReportReason, ReportStatus
from tests.factories import ean, make_offer, make_product, make_shop, take_file
from tests.stock.feeds.samples import BOOK, OTHER, read_all

OTHERS = [
    "12345670",
    "40170725",
    "DIV001",
    "CHQCADEAU20",
    "0317-8471",
    "7",
    "0000000000124",
    "R 12",
]


@pytest.mark.parametrize(
    "text",
    [
        "9782070612368",
        "978-2-07-061236-8",
        "97820706",
        "978207061236",
        "ISBN 978207061",
        "97820706l2369",
        "2070612369",
        "140328727",
        "75597996525",
        "3700000000000",
        "9782070612368 9782070612367",
        "9,78207E+12",
        "=1+1",
        "+33",
        "ISBN 2070612369",
        "ISBN : 2-07-061236-9",
        "EAN13:2070612369",
        "２０７０６１２３６８",
        "٩٧٨٢٠٧٠٦١٢٣٦٩",
    ],
)
def test_what_looks_like_a_damaged_ean(text):
    assert furniture.is_damaged(text)


@pytest.mark.parametrize("text", ["", *OTHERS, "Total", "Rayon : POCHE", "Page 3/12", "27/11/2026"])
def test_what_does_not(text):
    assert not furniture.is_damaged(text)


def test_own_codes_and_words_for_none():
    assert [furniture.own_code(each) for each in OTHERS] == OTHERS
    for none in ("", "0", "000", "-", "n/a", "Néant", "Sans EAN", "  "):
        assert furniture.own_code(none) == ""


@pytest.mark.parametrize(
    ("cells", "code", "quantity"),
    [
        (["", "", ""], "", ""),
        (["Rayon : POCHE"], "Rayon : POCHE", ""),
        (["Edité le 27/11/2026 18:42"], "Edité le 27/11/2026 18:42", ""),
        (["Gencod", "Titre", "Qté"], "Gencod", "Qté"),
        (["Total POCHE", "", "12", "99,00"], "Total POCHE", "12"),
        (["Sous-total", "", "12"], "Sous-total", "12"),
        (["", "TOTAL GÉNÉRAL", "12"], "", "12"),
        (["", "", "12", "1 234,50"], "", "12"),
        (["-----", "-----", "---"], "-----", "---"),
        (["SIRET : 732 829 320 00074"], "SIRET : 732 829 320 00074", ""),
        (["Imprimé le 27-11-2026 18.42"], "Imprimé le 27-11-2026 18.42", ""),
        (["DIV001", "Emballage", ""], "DIV001", ""),
    ],
)
def test_the_furniture_of_a_print(cells, code, quantity):
    assert furniture.is_furniture(cells, code, quantity)


@pytest.mark.parametrize(
    ("cells", "code", "quantity"),
    [
        ([BOOK, "Total Khéops", ""], BOOK, ""),
        (["9782070612368", "A", ""], "9782070612368", ""),
        (["ISBN 978-2-07-061236-8", "A", ""], "ISBN 978-2-07-061236-8", ""),
        (["DIV001", "Total Khéops", "2"], "DIV001", "2"),
        (["", "Une affiche", "2"], "", "2"),
        # It slipped by a column.
        (["Titre", BOOK, "3"], "Titre", BOOK),
        (["", BOOK, ""], "", ""),
    ],
)
def test_what_is_a_line(cells, code, quantity):
    assert not furniture.is_furniture(cells, code, quantity)


def printed(*sections: list[str]) -> bytes:
    """Return a stock as a program prints it: by shelves, each with its header and its total."""
    text = "Librairie B\nEdité le 27/11/2026 18:42\n\n"
    for number, lines in enumerate(sections):
        text += f"Rayon : {number}\nCode barre;Désignation;Qté;P.V. TTC\n"
        text += "".join(f"{line}\n" for line in lines)
        text += f"Total {number};;{len(lines)};9,00\n;;;\n\n"
    return f"{text}Total général;;99;\n".encode("cp1252")


def test_a_printed_stock_is_its_lines_alone():
    lines = read_all("table", printed([f"{BOOK};A;3;8,40"], [f"{OTHER};B;1;6,30"]))
    assert [(line.ean, line.quantity) for line in lines] == [(BOOK, 3), (OTHER, 1)]
    csv = f"ean;titre;stock\n{BOOK};A;3\n\nRayon\nean;titre;stock\n{OTHER};B;1\nTotal;;4;;\n;;\n"
    lines = read_all("csv", csv.encode())
    assert [(line.line, line.quantity) for line in lines] == [(2, 3), (6, 1)]
    lines = read_all("abelujo", f"{BOOK};3\nTotal;3\n;\n{OTHER};1\n".encode())
    assert [(line.line, line.quantity) for line in lines] == [(1, 3), (4, 1)]


# One line of each format that names no title, and how it is said.
GOODS = {
    "csv": "ean;quantity;title\n{code};2;Papier cadeau\n{book};3;\n",
    "table": "Gencod;Qté;Désignation\n{code};2;Papier cadeau\n{book};3;\n",
    "abelujo": "{book};3\n{code};2\n",
    "woocommerce": 'SKU,Name,"In stock?",Stock\n{code},Papier cadeau,1,2\n{book},A,1,3\n',
    "eancom": "UNB+UNOC:3+A:14+B:14+261015:1402+R1'UNH+1+INVRPT:D:96A:UN'LIN+1++{code}:EN'"
    "QTY+145:2'LIN+2++{book}:EN'QTY+145:3'UNT+6+1'UNZ+1+R1'",
}


@pytest.mark.parametrize("code", ["12345670", "DIV001", "CHQCADEAU20"])
@pytest.mark.parametrize("format", GOODS)
def test_what_is_no_book_is_an_article_that_nobody_knows(format, code):
    lines = read_all(format, GOODS[format].format(code=code, book=BOOK).encode())
    (article,) = (line for line in lines if not isinstance(line, StockLine))
    assert isinstance(article, ArticleLine)
    assert (article.item, article.quantity) == (code, 2)
    assert article.name in {"", "Papier cadeau"}
    assert len(lines) == 2


@pytest.mark.parametrize("format", GOODS)
def test_a_damaged_ean_is_an_error_still(format):
    lines = read_all(format, GOODS[format].format(code="9782070612368", book=BOOK).encode())
    bad = [line for line in lines if not isinstance(line, StockLine)]
    # WooCommerce's reference is its own, whatever it looks like.
    assert [isinstance(line, RefusedLine) for line in bad] == [format != "woocommerce"]


def asc(*records: str) -> bytes:
    return "".join(f"{line}\r\n" for line in ("EXTRACTION STOCK DU 15/10/2025", *records)).encode()


def test_an_asc_file_of_a_shop_that_sells_more_than_books():
    lines = read_all(
        "asc",
        asc(
            f"1234{BOOK}-0010000000840",
            f"1234{OTHER}00-10000000840",
            "1234DIV001       00020000000500",
            "1234000000000012400020000000500",
            "1234             00020000000500",
            "1234             00000000000500",
            " " * 31,
            "1234978207061236800010000000840",
        ),
    )
    assert lines[:4] == [
        StockLine(2, BOOK, -1, 840),
        StockLine(3, OTHER, -1, 840),
        ArticleLine(4, "DIV001", 2, 500),
        ArticleLine(5, "0000000000124", 2, 500),
    ]
    assert [(line.line, line.code) for line in lines[4:]] == [(6, "unknown_item"), (9, "bad_ean")]


@pytest.fixture
def shop(db):
    """Return a shop with three copies of each of forty books."""
    shop = make_shop()
    for _number in range(40):
        make_offer(shop=shop, product=make_product(), on_hand=3, as_of=yesterday())
    return shop


def yesterday():
    return timezone.now() - timedelta(days=1)


def stock_of(shop, quantity=None, extra="", only=40) -> BytesIO:
    """Return a CSV of the shop's stock: of the first `only` books so many, then more lines."""
    eans = shop.offers.order_by("pk").values_list("product__ean", flat=True)
    rows = [f"{each};{3 if at >= only else quantity}\n" for at, each in enumerate(eans)]
    return BytesIO(("ean;quantity\n" + "".join(rows) + extra).encode())


def tell(shop, stream, **more):
    return take_file(shop=shop, stream=stream, actor=SYSTEM, format="csv", **more)


def test_other_goods_and_totals_hold_nothing_back(shop):
    goods = "".join(f"{code};2\n" for code in OTHERS)
    report = tell(shop, stock_of(shop, 2, f"{goods}Total;96\n;\n"))
    assert (report.status, report.line_count, report.refused_count) == (
        ReportStatus.APPLIED,
        40,
        0,
    )
    assert [line[1] for line in report.remarks] == ["unknown_item"] * len(OTHERS)
    assert {article.item for article in unknown_articles(shop, "csv")} == set(OTHERS)


def test_damaged_eans_hold_the_stock_back_still(shop):
    report = tell(shop, stock_of(shop, 2, "9782070612368;1\n97820706l2369;1\n3700000000000;1\n"))
    assert (report.status, report.reason) == (ReportStatus.QUARANTINED, ReportReason.REFUSALS)


def test_less_than_none_is_none_and_no_refusal(shop):
    report = tell(shop, stock_of(shop, -2, only=10))
    assert (report.status, report.refused_count, report.emptied_count) == (
        ReportStatus.APPLIED,
        0,
        10,
    )
    assert Offer.objects.filter(shop=shop, on_hand=0, counted=0).count() == 10


def test_less_than_none_everywhere_empties_the_shop_and_is_held_back(shop):
    report = tell(shop, stock_of(shop, -1, only=20))
    assert (report.status, report.reason) == (ReportStatus.QUARANTINED, ReportReason.EMPTIES)
    assert Offer.objects.filter(shop=shop, on_hand=3).count() == 40


def test_less_than_none_in_a_delta_and_of_what_the_shop_never_had(shop):
    first, other = shop.offers.order_by("pk")[:2]
    rows = f"ean;quantity\n{first.product.ean};-3\n{other.product.ean};2\n{ean()};-1\nDIV001;-4\n"
    report = tell(shop, BytesIO(rows.encode()), mode="delta")
    assert (report.status, report.refused_count) == (ReportStatus.APPLIED, 0)
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.on_hand, other.on_hand, shop.offers.count()) == (0, 2, 40)
    assert not unknown_articles(shop, "csv").exists()


def test_less_than_none_sold_is_a_return(shop):
    first, other = shop.offers.order_by("pk")[:2]
    rows = f"ean;quantity\n{first.product.ean};-1\n{other.product.ean};2\n{ean()};-1\n"
    report = tell(shop, BytesIO(rows.encode()), mode="sales")
    assert (report.status, report.refused_count) == (ReportStatus.APPLIED, 0)
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.on_hand, other.on_hand, shop.offers.count()) == (4, 1, 40)
