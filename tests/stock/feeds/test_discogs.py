"""The inventory export of Discogs."""

from io import BytesIO

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Invalid
from comptoir.stock.formats import discogs
from comptoir.stock.formats.lines import CopyLine, RefusedLine
from comptoir.stock.models import Condition, Covers, Offer, ReportStatus, Sleeve
from tests.factories import make_product, make_shop, take_file

HEADER = (
    "listing_id,artist,title,label,catno,format,release_id,status,price,listed,comments,"
    "media_condition,sleeve_condition,accept_offer,external_id,weight,format_quantity,location,"
    "quantity\r\n"
)
NAMES = HEADER.strip().split(",")
GOOD = {
    "listing_id": "4711",
    "artist": "Les Vagues",
    "title": "Marée Basse",
    "label": "Clain",
    "catno": "CL 02",
    "format": "LP, Album",
    "release_id": "815",
    "status": "For Sale",
    "price": "12.5",
    "listed": "2026-08-25 07:04:22",
    "comments": "Signed",
    "media_condition": "Very Good Plus (VG+)",
    "sleeve_condition": "Generic",
    "external_id": "B-7",
}


def listing(**cells: str) -> str:
    values = GOOD | cells
    quoted = ('"' + values.get(name, "").replace('"', '""') + '"' for name in NAMES)
    return ",".join(quoted) + "\r\n"


def read(*rows: str, encoding: str = "utf-8") -> list:
    return list(discogs.read(BytesIO((HEADER + "".join(rows)).encode(encoding))).lines)


def test_a_listing_is_a_copy():
    file = discogs.read(BytesIO((HEADER + listing()).encode()))
    assert file.covers == Covers.COPIES
    assert list(file.lines) == [
        CopyLine(
            line=2,
            ref="4711",
            quantity=1,
            price_cents=1250,
            condition=Condition.VERY_GOOD_PLUS,
            sleeve=Sleeve.GENERIC,
            note="Signed",
            release="815",
            catno="CL 02",
            artist="Les Vagues",
            title="Marée Basse",
        )
    ]


@pytest.mark.parametrize(
    ("artist", "name"),
    [
        ("Marée Basse (2)", "Marée Basse"),
        ("Marée Basse (2), Sable (14) & Sel", "Marée Basse, Sable & Sel"),
        ("(500) Jours", "(500) Jours"),
        ("Le Duo (Live)", "Le Duo (Live)"),
    ],
)
def test_the_numbers_of_homonyms_are_left_out_as_in_the_dump(artist, name):
    (line,) = read(listing(artist=artist, title="Opus (2)"))
    assert (line.artist, line.title) == (name, "Opus (2)")


def test_a_spreadsheet_and_a_hand_leave_grades_in_short():
    (line,) = read(listing(media_condition="nm", sleeve_condition="vg+"))
    assert (line.condition, line.sleeve) == (Condition.NEAR_MINT, Sleeve.VERY_GOOD_PLUS)


@pytest.mark.parametrize(("grade", "condition"), discogs.GRADES.items())
def test_the_grades_are_those_of_discogs(grade, condition):
    (line,) = read(listing(media_condition=grade, sleeve_condition=grade))
    assert (line.condition, line.sleeve) == (condition.value, condition.value)


@pytest.mark.parametrize(
    ("cells", "quantity"),
    [
        ({}, 1),
        ({"quantity": "3"}, 3),
        ({"status": "Sold"}, 0),
        ({"status": "Draft"}, 0),
        ({"status": "Expired", "quantity": "2"}, 0),
        ({"status": "Ready to Ship"}, 0),
        ({"status": "for sale", "quantity": "2"}, 2),
        ({"quantity": "-1"}, -1),
    ],
)
def test_only_what_is_for_sale_counts(cells, quantity):
    assert [line.quantity for line in read(listing(**cells))] == [quantity]


def test_a_comment_of_several_lines_with_a_formula_stays_text():
    comment = '=HYPERLINK("http://example.org")\r\n+33, "@home"'
    first, second = read(listing(comments=comment), listing(listing_id="4712"))
    assert (first.note, first.line, second.line) == (comment, 2, 4)
    (line,) = read(listing(comments="Été"), encoding="cp1252")
    assert line.note == "Été"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"listing_id": ""}, "bad_number"),
        ({"release_id": "=1+1"}, "bad_number"),
        ({"status": ""}, "bad_status"),
        ({"listing_id": "4,33278E+09"}, "rounded_ean"),
        ({"media_condition": "as new"}, "bad_condition"),
        ({"sleeve_condition": "Torn"}, "bad_condition"),
        ({"quantity": "1.5"}, "bad_quantity"),
        ({"quantity": "999999999"}, "bad_quantity"),
    ],
)
def test_a_bad_listing_is_refused_alone(cells, code):
    first, bad, last = read(listing(), listing(**cells), listing())
    assert isinstance(bad, RefusedLine)
    assert (bad.line, bad.code) == (3, code)
    assert isinstance(first, CopyLine)
    assert isinstance(last, CopyLine)


@pytest.mark.parametrize(
    ("price", "cents", "code"),
    [
        ("-1", None, "bad_price"),
        ("$12.50", None, "bad_currency"),
        ("12.3456", 1235, "rounded_price"),
    ],
)
def test_a_doubtful_price_costs_no_copy(price, cents, code):
    (line,) = read(listing(price=price))
    assert (line.quantity, line.price_cents) == (1, cents)
    assert [(remark.line, remark.code) for remark in line.remarks] == [(2, code)]


@pytest.mark.parametrize("content", ["", "listing_id\r\n123\r\n", "release_id,price\r\n1,2\r\n"])
def test_another_export_of_discogs_is_refused_whole(content):
    with pytest.raises(Invalid) as caught:
        discogs.read(BytesIO(content.encode()))
    assert caught.value.code == "bad_header"


@pytest.mark.django_db
def test_a_listing_becomes_a_copy_of_the_shop():
    shop = make_shop()
    make_product(source="discogs", source_ref="815", title="Marée Basse", ean=None)
    file = BytesIO((HEADER + listing() + listing(listing_id="4712", release_id="816")).encode())
    report = take_file(shop=shop, stream=file, actor=SYSTEM, format="discogs")
    assert (report.status, report.refused_count) == (ReportStatus.APPLIED, 0)
    offer = Offer.objects.get(shop=shop, copy_ref="discogs:4711")
    assert (offer.copy_ref, offer.on_hand, offer.price_cents) == ("discogs:4711", 1, 1250)
    assert (offer.copy.note, offer.copy.sleeve) == ("Signed", Sleeve.GENERIC)
