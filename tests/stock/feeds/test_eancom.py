"""EANCOM: inventory and sales reports."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Invalid
from comptoir.stock.formats import eancom, edifact
from comptoir.stock.formats.lines import ArticleLine, Known, RefusedLine, Remark, StockLine
from comptoir.stock.models import Offer, Report, ReportMode
from tests.factories import make_offer, make_product, make_shop, take_file
from tests.stock.feeds.samples import BOOK, EANCOM, EANCOM_SALES, OTHER, read_all

SIRET, ANOTHER = "73282932000074", "55210050500007"


def message(*parts: str, kind: str = "INVRPT", count: int | None = None) -> bytes:
    body = "'".join([f"UNH+1+{kind}:D:96A:UN", *parts])
    length = len(parts) + 2 if count is None else count
    head = "UNB+UNOC:3+A:14+B:14+261015:1402+R9'"
    return f"{head}{body}'UNT+{length}+1'UNZ+1+R9'".encode()


def test_an_inventory_is_a_snapshot_of_its_moment():
    file = eancom.read(BytesIO(EANCOM))
    assert (file.mode, file.as_of, file.shop_code, file.key) == (
        ReportMode.SNAPSHOT,
        datetime(2026, 10, 15, 14, 2),  # noqa: DTZ001
        "3012345600015",
        "3012345600015:261015:1402:REF1",
    )
    assert list(file.lines) == [StockLine(7, BOOK, 3, 840), StockLine(10, OTHER, 1, 630)]


def test_sales_are_sales():
    file = eancom.read(BytesIO(EANCOM_SALES))
    assert (file.mode, file.as_of.hour, file.shop_code) == (ReportMode.SALES, 19, "3012345600015")
    assert [(line.ean, line.quantity) for line in file.lines] == [(BOOK, 3), (OTHER, 1)]


def interchange(*moments: str) -> bytes:
    """Return sales of as many messages, each of its moment (none: it gives none)."""
    messages = ""
    for number, moment in enumerate(moments, start=1):
        date_of = f"DTM+356:{moment}:203'" if moment else ""
        body = f"BGM+73E+S{number}+9'{date_of}LIN+1++{BOOK}:EN'DTM+137:20261001:102'QTY+153:2'"
        messages += f"UNH+{number}+SLSRPT:D:96A:UN'{body}UNT+{body.count(chr(39)) + 2}+{number}'"
    return f"UNB+UNOC:3+A:14+B:14+261015:1402+R7'{messages}UNZ+{len(moments)}+R7'".encode()


def test_an_interchange_speaks_of_one_moment():
    """Taken as of Monday, Tuesday's sales would be dropped once the till tells its Tuesday."""
    for same in (("202610121930", "202610121930"), ("202610121930", "")):
        file = eancom.read(BytesIO(interchange(*same)))
        assert [line.quantity for line in file.lines] == [2, 2]
    for other in (("202610121930", "202610131930"), ("", "202610131930")):
        file = eancom.read(BytesIO(interchange(*other)))
        with pytest.raises(Invalid) as refused:
            list(file.lines)
        assert refused.value.code == "several_messages"


@pytest.mark.django_db
def test_nothing_is_kept_of_an_interchange_of_two_days():
    offer = make_offer(product=make_product(ean=BOOK), on_hand=9)
    content = BytesIO(interchange("202610121930", "202610131930"))
    with pytest.raises(Invalid):
        take_file(shop=offer.shop, stream=content, actor=SYSTEM, format="eancom")
    offer.refresh_from_db()
    assert offer.on_hand == 9


def test_a_day_alone_is_a_day():
    file = eancom.read(BytesIO(message("DTM+137:20261015:102", f"LIN+1++{BOOK}:EN", "QTY+145:2")))
    assert (file.day, file.as_of) == (date(2026, 10, 15), None)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("356:20261101-20261128:718", date(2026, 11, 28)),
        ("356:2026110120261128:718", date(2026, 11, 28)),
        ("356:20261101-20261128", date(2026, 11, 28)),
        ("356:202611010800-202611281930:719", datetime(2026, 11, 28, 19, 30)),  # noqa: DTZ001
        ("91:261128:101", date(2026, 11, 28)),
        ("366:2611281930:201", datetime(2026, 11, 28, 19, 30)),  # noqa: DTZ001
        ("366:20261128193000:204", datetime(2026, 11, 28, 19, 30)),  # noqa: DTZ001
    ],
)
def test_a_period_counts_by_its_end(moment, said):
    file = eancom.read(BytesIO(message(f"DTM+{moment}", kind="SLSRPT")))
    assert (file.as_of or file.day) == said


@pytest.mark.parametrize(
    ("quantities", "sold"),
    [
        (["QTY+153:2"], 2),
        (["QTY+153:-1"], -1),
        (["QTY+153:3", "QTY+61:1"], 2),
        (["QTY+61:1"], -1),
        (["QTY+61:-1"], -1),
    ],
)
def test_what_came_back_is_less_than_none_sold(quantities, sold):
    content = message(f"LIN+1++{BOOK}:EN", *quantities, kind="SLSRPT")
    assert [line.quantity for line in read_all("eancom", content)] == [sold]


@pytest.mark.parametrize(
    ("head", "price", "cents", "codes"),
    [
        ([], "8.40", 840, []),
        (["CUX+2:EUR:9"], "8.40", 840, []),
        (["CUX+2:USD:9"], "8.40", None, ["bad_currency"]),
        ([], "8.3978", 840, ["rounded_price"]),
        ([], "N/A", None, ["bad_price"]),
        (["CUX+2:USD:9"], "", None, []),
    ],
)
def test_a_doubtful_price_keeps_no_copy_back(head, price, cents, codes):
    content = message(*head, f"LIN+1++{BOOK}:EN", "QTY+145:2", f"PRI+AAA:{price}")
    (line,) = read_all("eancom", content)
    assert (line.quantity, line.price_cents) == (2, cents)
    assert [remark.code for remark in line.remarks] == codes


def test_other_signs_and_released_ones_are_honoured():
    content = (
        f"UNA;*,! ~UNB*UNOC;3*A*B*261015;1402*R~UNH*1*INVRPT~NAD*WH*L!~E!!T!*E~"
        f"LIN*1**{BOOK};EN~IMD*F**;;;O!;B!~C~QTY*145;3,000~UNT*6*1~UNZ*1*R~"
    )
    file = eancom.read(BytesIO(content.encode()))
    assert file.shop_code == "L~E!T*E"
    assert list(file.lines) == [StockLine(4, BOOK, 3)]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([f"LIN+1++{BOOK}:EN", "QTY+145:2", "QTY+145:3", "QTY+21:9"], StockLine(3, BOOK, 5)),
        (["LIN+1++X:SA", f"PIA+5+{BOOK}:EN", "QTY+145:2"], StockLine(3, BOOK, 2)),
        (["LIN+1++X:SA", "QTY+145:2"], ArticleLine(3, "X", 2)),
        ([f"LIN+1++{BOOK}:EN"], "bad_quantity"),
        ([f"LIN+1++{BOOK}:EN", "QTY+145:-2"], StockLine(3, BOOK, -2)),
        ([f"LIN+1++{BOOK}:EN", "QTY+145:-2", "QTY+145:3"], StockLine(3, BOOK, 1)),
        ([f"LIN+1++{BOOK}:EN", "QTY+17:3"], StockLine(3, BOOK, 3)),
        ([f"LIN+1++{BOOK}:EN", "QTY+17:9", "QTY+145:3", "QTY+198:1"], StockLine(3, BOOK, 3)),
        ([f"LIN+1++{BOOK}:EN", "QTY+145:1.5"], "bad_quantity"),
        ([f"LIN+1++{BOOK}:EN", "QTY+145:999999999"], "bad_quantity"),
        ([f"LIN+1++{BOOK}:EN", "QTY+145:=1"], "bad_quantity"),
        (["LIN+1++9782070612368:EN", "QTY+145:1"], "bad_ean"),
        (["LIN+1", "QTY+145:1"], "unknown_item"),
    ],
)
def test_an_article(parts, said):
    (line,) = read_all("eancom", message(*parts))
    assert (line.code if isinstance(line, RefusedLine | Remark) else line) == said


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "bad_header"),
        (b"UNA:+.?", "bad_header"),
        (b"UNA::.? 'UNB", "bad_header"),
        (b"UNB+UNOC:3+A+B+1:2+R'", "bad_header"),
        (message("BGM+380", kind="ORDERS"), "bad_header"),
        (message("DTM+137:20261332:102"), "bad_moment"),
        (message("DTM+137:soon"), "bad_moment"),
        (message("DTM+137:20261101-:718"), "bad_moment"),
        (message("DTM+137:-"), "bad_moment"),
        (message("DTM+137:2026110:102"), "bad_moment"),
        (message(f"LIN+1++{BOOK}:EN", "QTY+145:2", count=9), "cut_short"),
        (message(f"LIN+1++{BOOK}:EN", "QTY+145:2")[:-9], "cut_short"),
        (EANCOM + b"X", "cut_short"),
        (message("FTX+" + "A" * 5000), "bad_length"),
        (b"UNB" + b"A" * 300_000, "bad_length"),
        (EANCOM[:-12] + b"UNH+2+SLSRPT'UNT+2+2'UNZ+1+R'", "several_messages"),
    ],
)
def test_what_is_refused_whole(content, code):
    with pytest.raises(Invalid) as caught:
        read_all("eancom", content)
    assert caught.value.code == code


@pytest.mark.parametrize("tag", ["NAD+WH", "LOC+162"])
def test_the_file_of_another_shop_is_refused_whole(tag):
    of_a_siret = message(f"{tag}+{ANOTHER}::5", f"LIN+1++{BOOK}:EN", "QTY+145:2")
    later = message(f"{tag}+{SIRET}", f"LIN+1++{BOOK}:EN", "QTY+145:2", f"{tag}+{ANOTHER}")
    for content in (of_a_siret, later):
        with pytest.raises(Invalid) as caught:
            read_all("eancom", content, Known(siret=SIRET))
        assert caught.value.code == "other_shop"
    assert len(read_all("eancom", of_a_siret, Known(siret=ANOTHER))) == 1
    with pytest.raises(Invalid) as caught:
        read_all("eancom", EANCOM, Known(shop_code="3098765400018"))
    assert caught.value.code == "other_shop"


def test_segments_cut_anywhere_are_the_same(monkeypatch):
    whole = list(edifact.segments(BytesIO(EANCOM)))
    monkeypatch.setattr(edifact, "BLOCK_BYTES", 3)
    assert list(edifact.segments(BytesIO(EANCOM))) == whole


@pytest.mark.django_db
def test_sales_are_taken_away_once():
    shop, product = make_shop(), make_product(ean=BOOK)
    now = timezone.now().astimezone(UTC)
    make_offer(shop=shop, product=product, on_hand=5, as_of=now - timedelta(days=1))
    moment = (now - timedelta(hours=1)).replace(tzinfo=None).strftime("%Y%m%d%H%M")
    content = EANCOM_SALES.replace(b"202610151930", moment.encode())
    reports = [
        take_file(shop=shop, stream=BytesIO(content), actor=SYSTEM, format="eancom")
        for _ in range(2)
    ]
    assert reports[0].pk == reports[1].pk
    assert Report.objects.filter(feed__shop=shop).count() == 1
    assert Offer.objects.get(shop=shop, product=product).on_hand == 2
