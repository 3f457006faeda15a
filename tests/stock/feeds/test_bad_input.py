"""Bad files of every format: a clear refusal, in bounded time and memory, and nothing half-applied.

Whatever is added to `samples` is tested here.
"""

import time
import tracemalloc
from contextlib import suppress
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import find_ean
from comptoir.stock.formats import FORMATS, text
from comptoir.stock.formats.lines import (
    LARGEST_QUANTITY,
    ArticleLine,
    CopyLine,
    Known,
    RefusedLine,
    Remark,
    StockLine,
)
from comptoir.stock.models import Offer, Report, ReportStatus, StockMovement, TillArticle
from comptoir.stock.shelf import checks
from tests.factories import make_offer, make_product, make_shop, take_file
from tests.stock.feeds.samples import (
    ASC,
    BOOK,
    EANCOM,
    EANCOM_SALES,
    GOOGLE,
    GOOGLE_XML,
    OTHER,
    SHEETS,
    SHOPIFY,
    TABLE_XLSX,
    TEXTS,
    VARIANTS,
    read_all,
)
from tests.stock.feeds.spreadsheets import bomb, xlsx
from tests.trials import tally, times

EACH = pytest.mark.parametrize(("code", "content"), VARIANTS)
SOME_MEMORY = 24_000_000
LAUGHS = (
    b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<rss><item><store_code>P</store_code><id>&b;</id></item></rss>"
)


def check_said(code: str, content: bytes, known: Known, seconds: float = 2) -> None:
    """Read a file to its end, and look whether it says only what may be said of a stock, and takes
    no more than so many seconds of a processor."""
    tally("files")
    began = time.thread_time()
    try:
        lines = read_all(code, content, known)
    except Invalid as error:
        lines = [RefusedLine(0, error.code, error.message)]
    assert time.thread_time() - began < seconds
    for line in lines:
        if isinstance(line, RefusedLine | Remark):
            assert str(line.message)
            assert len(line.content) <= 120
            continue
        assert -LARGEST_QUANTITY <= line.quantity <= LARGEST_QUANTITY
        assert line.price_cents is None or 0 <= line.price_cents <= 100_000_000
        if isinstance(line, StockLine):
            assert find_ean(line.ean) == line.ean
        elif isinstance(line, ArticleLine):
            assert 0 < len(line.item) <= 100
        else:
            assert isinstance(line, CopyLine)


def mutations(content: bytes) -> st.SearchStrategy[bytes]:
    """Return good files in which a few stretches were replaced by something else."""
    place = st.integers(0, len(content))
    new = st.one_of(
        st.binary(max_size=12),
        st.sampled_from(
            [b"\0", b"\n", b'"', b"'", b"?", b"&x;", b"<", b"9" * 400, b"\xff\xfe", b""]
        ),
        st.builds(lambda at, size: content[at : at + size], place, st.integers(0, 60)),
    )
    change = st.tuples(place, st.integers(0, 20), new)

    def changed(changes: list[tuple[int, int, bytes]]) -> bytes:
        result = content
        for at, size, put in changes:
            result = result[:at] + put + result[at + size :]
        return result

    return st.lists(change, min_size=1, max_size=4).map(changed)


KNOWN = st.sampled_from(
    [
        Known(),
        Known(shop_code="PILORI", siret="73282932000074"),
        Known(columns={"ean": "Gencod", "quantity": "Qté"}),
        Known(columns={"ean": "B", "quantity": "D"}),
    ]
)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.mark.parametrize(("code", "content"), TEXTS)
@pytest.mark.proof
@settings(max_examples=times(30), suppress_health_check=QUIET)
@given(data=st.data())
def test_a_spoilt_file_is_refused_or_read(code, content, data):
    check_said(code, data.draw(mutations(content)), data.draw(KNOWN))


@pytest.mark.parametrize("code", sorted({code for code, _ in VARIANTS}))
@pytest.mark.proof
@settings(max_examples=times(20), suppress_health_check=QUIET)
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_anything_at_all_is_refused_or_read(code, content):
    check_said(code, content, Known())


# Spoilt files that were not refused as they should be, once.
FOUND = [
    ("google", b"<h:rss><item><store_code>P</store_code></item></h:rss>"),
    ("google", b"<r><item><h:id>x</h:id><store_code>P</store_code></item></r>"),
    ("eancom", EANCOM.replace(BOOK.encode(), b"9" * 400)),
    ("eancom", EANCOM.replace(b":3'", b":" + b"9" * 400 + b"'")),
]


@pytest.mark.parametrize(("code", "content"), FOUND)
def test_a_file_that_was_once_found_is_refused_or_read(code, content):
    check_said(code, content, Known())


@pytest.mark.parametrize(("code", "content"), SHEETS)
@pytest.mark.proof
@settings(max_examples=times(8), suppress_health_check=QUIET)
@given(data=st.data())
def test_a_spoilt_spreadsheet_is_refused_or_read(code, content, data):
    check_said(code, data.draw(mutations(content)), Known(), seconds=20)


class Endless:
    """A file that goes on with one line."""

    def __init__(self, begins: bytes, sign: bytes, size: int = 30_000_000) -> None:
        self._begins = BytesIO(begins)
        self._sign, self._left = sign, size

    def read(self, size: int) -> bytes:
        if data := self._begins.read(size):
            return data
        size = min(size, self._left)
        self._left -= size
        return self._sign * size


@pytest.mark.parametrize(("code", "content"), TEXTS)
@pytest.mark.parametrize("sign", [b"9", b'"', b",", b"\n"])
def test_a_file_without_an_end_takes_little_memory(code, content, sign, monkeypatch):
    monkeypatch.setattr(text, "MOST_LINES", 200_000)
    tracemalloc.start()
    with suppress(Invalid):
        for line in FORMATS[code].read(Endless(content, sign)).lines:
            assert line
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < SOME_MEMORY


# Each of these begins well and goes wrong later, or is wrong as a whole.
WHOLE = {
    "another day": ("asc", ASC.replace(b"2026", b"2126"), "future_moment"),
    "another moment": ("eancom", EANCOM.replace(b"20261015", b"21261015"), "future_moment"),
    "cut message": ("eancom", EANCOM[: EANCOM.index(b"UNT")], "cut_short"),
    "cut sales": ("eancom", EANCOM_SALES[:-20], "cut_short"),
    "cut XML": ("google", GOOGLE_XML[: GOOGLE_XML.index(b"</channel>")], "cut_short"),
    "billion laughs": ("google", LAUGHS, "xml_entities"),
    "two shops": ("google", GOOGLE + f"N\t{BOOK}\t1\t\t\n".encode(), "several_shops"),
    "two places": (
        "shopify",
        SHOPIFY + f"x,X,,,{BOOK},,,N,,0,0,0,1,5,\n".encode(),
        "several_shops",
    ),
    "a SIRET": ("google", GOOGLE.replace(b"PILORI", b"55210050500007"), "other_shop"),
    "a SIRET in NAD": (
        "eancom",
        EANCOM.replace(b"3012345600015::", b"55210050500007::"),
        "other_shop",
    ),
    "zip bomb": ("table", bomb, "archive_bomb"),
    "cut spreadsheet": ("table", TABLE_XLSX[:-40], "bad_spreadsheet"),
    "no columns": ("table", xlsx(["A", "B"], [1, 2]), "columns_unknown"),
}


@pytest.fixture
def shop(db):
    """Return a shop that has seven copies of the samples' book."""
    shop = make_shop(siret="73282932000074")
    make_offer(
        shop=shop,
        product=make_product(ean=BOOK),
        on_hand=7,
        as_of=timezone.now() - timedelta(days=500),
    )
    yield shop
    assert not list(checks.problems())


def take(shop, code: str, content: bytes, **values) -> Report:
    return take_file(
        shop=shop, stream=BytesIO(content), actor=SYSTEM, format=code, file_name="f", **values
    )


def refusal(shop, code: str, content: bytes, **values) -> Invalid:
    """Return why a file was refused; nothing whatever has changed by it."""
    movements = StockMovement.objects.count()
    with pytest.raises(Invalid) as caught:
        take(shop, code, content, **values)
    assert Offer.objects.get(shop=shop).on_hand == 7
    assert StockMovement.objects.count() == movements
    assert not Report.objects.exists()
    assert not TillArticle.objects.exists()
    texts = set()
    for language in ("fr", "en"):
        with override(language):
            texts.add(str(caught.value.message))
    assert len(texts) == 2, f"{texts} is not in two languages"
    return caught.value


@pytest.mark.parametrize(("code", "content", "why"), WHOLE.values(), ids=WHOLE)
def test_a_file_that_is_wrong_as_a_whole_changes_nothing(shop, code, content, why):
    assert refusal(shop, code, content() if callable(content) else content).code == why


@EACH
def test_a_moment_to_come_changes_nothing(shop, code, content):
    tomorrow = timezone.now() + timedelta(days=1)
    assert refusal(shop, code, content, as_of=tomorrow).code == "future_moment"


@EACH
def test_a_file_that_turns_out_too_large_changes_nothing(shop, code, content, monkeypatch):
    monkeypatch.setattr(text, "LARGEST_BYTES", len(content) - 1)
    assert refusal(shop, code, content).code == "file_too_large"


FORMULAS = [b'=HYPERLINK("x")', b"+33549", b"@SUM(A1)", b"-1+2"]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize(("code", "content"), TEXTS)
def test_a_formula_for_an_ean_is_text_and_no_title(shop, code, content, formula):
    key = b"4712" if code == "discogs" else OTHER.encode()
    report = take(shop, code, content.replace(key, formula.replace(b'"', b"")))
    assert report.status in {ReportStatus.REFUSED, ReportStatus.QUARANTINED, ReportStatus.APPLIED}
    # What is the till's own reference may be a formula: an article that nobody knows.
    assert report.refused_count + report.remark_count == 1
    assert [*report.refusals, *report.remarks][0][1] in {
        "bad_ean",
        "bad_number",
        "bad_length",
        "unknown_item",
        "bad_line",
    }


@pytest.mark.parametrize("quantity", [b"1.5", b"9999999999", b"=1+1"])
@pytest.mark.parametrize(("code", "content"), TEXTS)
def test_what_is_no_quantity_is_refused_alone(code, content, quantity):
    for before in (b"0003", b":3'", b">3<", b"\t3\t", b",3,", b";3;", b";3\n", b",3\r"):
        if before in content:
            bad = before.replace(b"3", quantity)
            break
    spoilt = content.replace(before, bad, 1)
    first, last = read_all(code, spoilt)
    assert isinstance(first, RefusedLine), before
    assert not isinstance(last, RefusedLine)
    assert last.quantity == 1
    assert first.line > 0
