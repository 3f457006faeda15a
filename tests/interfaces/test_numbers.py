"""A number is read alike at every way in: files, calls, API, counter, search, catalogue."""

import csv
import io
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.catalogue.operations.imports import import_file
from comptoir.counter.scan import find_choices, find_scanned_ean
from comptoir.orders.operations import place
from comptoir.orders.reads import find_at_counter
from comptoir.search import builder, reader
from comptoir.search.query import SearchRequest, search
from comptoir.stock.arrivals.articles import load_articles, name_article
from comptoir.stock.formats import FORMATS, calls
from comptoir.stock.formats.lines import Line, StockLine
from comptoir.stock.models import Offer, TillArticle
from comptoir.stock.shelf import ledger
from tests.api.client import Api, secret_of
from tests.factories import make_offer, make_product, make_shop, make_staff, request_for, staff_of
from tests.numbers import BOOK, WAYS
from tests.stock.feeds.samples import read_all

OTHER = "9782350874128"


def table(*rows: list[str], separator: str = ",") -> bytes:
    """Return a table with its cells quoted where they need it."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode()


def woocommerce(number: str) -> bytes:
    names = ["ID", "Type", "SKU", "GTIN, UPC, EAN, or ISBN", "In stock?", "Stock"]
    return table(names, ["1", "simple", "", number, "1", "3"])


def sku_of_woocommerce(number: str) -> bytes:
    return table(["ID", "Type", "SKU", "In stock?", "Stock"], ["1", "simple", number, "1", "3"])


def spreadsheet(number: str) -> bytes:
    rows = [["Titre", "Gencod", "Qté"], ["Le moulin", number, "3"], ["Autre", OTHER, "3"]]
    return table(*rows, separator=";")


def push(number: str) -> bytes:
    stock = {"ean": number, "stock": {"quantity": 3, "price": 840}}
    return json.dumps(
        {"location": {"type": "physical", "venueId": 1}, "products": [stock]}
    ).encode()


FILES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "csv": ("csv", lambda number: table(["ean", "quantity"], [number, "3"])),
    "table": ("table", spreadsheet),
    "woocommerce": ("woocommerce", woocommerce),
    "its SKU": ("woocommerce", sku_of_woocommerce),
    "shopify": (
        "shopify",
        lambda number: table(["Handle", "SKU", "Location", "On hand"], ["a", number, "Ici", "3"]),
    ),
    "google": (
        "google",
        lambda number: table(["store code", "id", "quantity"], ["1", number, "3"], separator="\t"),
    ),
    "pass Culture": ("passculture_push", push),
}


def taken(line: Line) -> tuple[str, int]:
    assert isinstance(line, StockLine), line
    return line.ean, line.quantity


# Our own CSV has a line a title, and so has Google's.
ON_ONE_LINE = {"csv", "google"}
IN_FILES = [
    (name, text) for name in FILES for text in WAYS if not (name in ON_ONE_LINE and "\n" in text)
]


@pytest.mark.parametrize(("name", "text"), IN_FILES)
def test_files_and_calls_read_it(name, text):
    code, write = FILES[name]
    assert taken(read_all(code, write(text))[0]) == (BOOK, 3)


@pytest.mark.parametrize("text", [text for text in WAYS if not {*";,\n"} & {*text}])
def test_a_list_of_quantities_is_known_by_its_first_number(text):
    content = f"{text};3\n{OTHER};1\n".encode()
    assert FORMATS["abelujo"].recognises(content)
    assert list(map(taken, read_all("abelujo", content))) == [(BOOK, 3), (OTHER, 1)]


@pytest.mark.parametrize("text", WAYS)
def test_a_call_that_names_it_reads_it(text):
    assert taken(calls.count_line(line=1, item="x", count=3, ean=text)) == (BOOK, 3)


@pytest.mark.parametrize("text", WAYS)
def test_the_counter_reads_it(text):
    assert find_scanned_ean(text) == BOOK


@pytest.fixture
def offer(db) -> Offer:
    return make_offer(shop=make_shop(slug="pilori"), product=make_product(ean=BOOK), on_hand=3)


@pytest.fixture
def index(tmp_path: Path, settings, monkeypatch, offer) -> None:
    settings.VAR = tmp_path
    monkeypatch.setattr(reader, "_LOOK_AGAIN_SECONDS", -1.0)
    reader.READER.forget()
    make_product()
    builder.rebuild()


def test_the_search_reads_it(index, offer):
    for text in WAYS:
        assert [hit.product for hit in search(SearchRequest(text)).hits] == [offer.product], text
        assert [each.product for each in find_choices(offer.shop, text)] == [offer.product], text


def test_the_api_reads_it(offer, settings):
    settings.RATE_LIMITS = False
    till = Api(secret_of(offer.shop))
    lines = [{"ean": text, "quantity": 3} for text in WAYS]
    body = {"as_of": "2026-10-05T14:02:00+02:00", "lines": lines}
    answer = till.call("PATCH", f"/shops/{offer.shop.slug}/stock", body).json()
    assert (answer["accepted"], answer["refusals"]) == (len(WAYS), [])
    for text in WAYS:
        if len(text) <= 40 and "/" not in text:
            found = till.get(f"/products/{quote(text)}")
            assert found.json()["ean"] == BOOK, text


def test_the_counters_pages_read_it(offer):
    desk = Client()
    desk.force_login(
        make_staff(offer.shop),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    shelf = f"/comptoir/pilori/stock/{BOOK}"
    for text in WAYS:
        for page in ("trouver", "stock"):
            answer = desk.get(f"/comptoir/pilori/{page}", {"q": text})
            assert answer["Location"] == shelf, (page, text)
        form = desk.get("/comptoir/pilori/occasions", {"q": text}).context["form"]
        assert form.product == offer.product, text


def test_the_verbs_of_the_shelf_and_the_lists_of_tills_read_it(offer):
    actor = staff_of(offer.shop)
    for number, text in enumerate(WAYS):
        ledger.set_count(shop=offer.shop, ean=text, count=number, actor=actor)
        offer.refresh_from_db()
        assert offer.on_hand == number, text
        item = f"A-{number}"
        made = name_article(shop=offer.shop, format="shopify", item=item, ean=text, actor=SYSTEM)
        assert made.ean == BOOK, text
        content = table(["item", "ean"], [f"B-{number}", text])
        load_articles(shop=offer.shop, format="shopify", stream=BytesIO(content), actor=SYSTEM)
    assert TillArticle.objects.filter(ean=BOOK).count() == 2 * len(WAYS)


def test_a_reservation_is_found_by_it(offer):
    order = place(request_for(offer, trusted=True))
    actor = staff_of(offer.shop)
    for text in WAYS:
        assert find_at_counter(offer.shop.pk, text, actor=actor) == [order], text


def test_the_catalogue_reads_it(db, tmp_path: Path):
    for number, text in enumerate(WAYS):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(table(["ean", "title"], [text, f"Le moulin {number}"]))
        import_file(path=path)
        assert Product.objects.get().title == f"Le moulin {number}", text
