"""Baskets, and what each costs: worked out by hand from the rules, not by the program.

Usual: a paperback of 300 g, in a box of 80 g; the bands of `USUAL`. VAT within a price is the price
less the price divided by 1 + rate; postage is divided by net prices, cents by largest remainders.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from comptoir.catalogue.models import Product
from comptoir.quotes.basket import Item, Parcels
from comptoir.quotes.models import Band
from comptoir.quotes.places import Zone

TODAY = date(2026, 11, 29)
PARIS, AJACCIO, POINTE_A_PITRE, SAINT_DENIS, CAYENNE = "75011", "20000", "97110", "97400", "97300"
FORT_DE_FRANCE, NOUMEA = "97200", "98800"


def band(zone: Zone, grams: int, cents: int, mm: int | None = None, tracked: bool = False) -> Band:
    return Band(zone=zone, max_grams=grams, max_mm=mm, price_cents=cents, tracked=tracked)


USUAL = Parcels(
    [
        band(Zone.FRANCE, 250, 245, mm=20),
        band(Zone.FRANCE, 500, 495),
        band(Zone.FRANCE, 1000, 825, tracked=True),
        band(Zone.FRANCE, 5000, 1465, tracked=True),
        band(Zone.OVERSEAS, 1000, 1990, tracked=True),
        band(Zone.PACIFIC, 1000, 2990, tracked=True),
        band(Zone.EU, 2000, 1690, tracked=True),
        band(Zone.WORLD, 2000, 2890, tracked=True),
    ],
    80,
    5,
)
GIVEN = Parcels([band(Zone.FRANCE, 30_000, 0)], 80, 5)
"""A shop that asks nothing for its parcels."""
CHEAP = Parcels([band(Zone.FRANCE, 30_000, 200)], 80, 5)


def item(kind: str, form: str, cents: int, quantity: int = 1, **known: Any) -> Item:
    of_title = {name: known.pop(name) for name in ("weight_grams", "units") if name in known}
    product = Product(pk=1, ean="9782000000006", kind=kind, format=form, title="T", **of_title)
    prices = {"till_cents": cents, "publisher_cents": cents} | known
    return Item(product, quantity, **prices)


def book(cents: int, quantity: int = 1, **known: Any) -> Item:
    return item("book", "paperback", cents, quantity, **({"weight_grams": 300} | known))


def used(cents: int, form: str = "paperback", **known: Any) -> Item:
    kind = "book" if form == "paperback" else "record"
    given = {"weight_grams": 300} if kind == "book" else {}
    asked = {"publisher_cents": 9900, "used": True, "condition": "VG"}
    return item(kind, form, cents, **(given | asked | known))


def lp(cents: int, **known: Any) -> Item:
    return item("record", "lp", cents, **({"publisher_cents": None} | known))


def cd(cents: int, quantity: int = 1) -> Item:
    return item("record", "cd", cents, quantity, publisher_cents=None)


SHEET = item("book", "sheet_music", 2500, publisher_cents=2700, vat_rate=550)
AUDIO = item("book", "audiobook", 2290, publisher_cents=2490)


@dataclass(frozen=True)
class Case:
    """A basket and its quote: each line as `unit rule tax`, or `! code`; the postage as `cents
    rule`, `! code`, or `-`; sums as `tax cents VAT`; the total."""

    name: str
    items: list[Item]
    lines: list[str]
    postage: str
    sums: str
    total: int | None
    to: str = PARIS
    country: str = "FR"
    day: date = TODAY
    shop: str = "86000"
    kind: str = "both"
    parcels: Parcels | None = field(default_factory=lambda: USUAL)


def posted(name: str, items: list[Item], lines: list[str], *rest: Any, **more: Any) -> Case:
    return Case(name, items, lines, *rest, **more)


def fetched(
    name: str, items: list[Item], lines: list[str], sums: str, total: int | None, **more: Any
) -> Case:
    return Case(name, items, lines, "0 collected", sums, total, to="", **more)


B, D, F, U = "publisher_price", "publisher_price_less_discount", "free_price", "used_price"
LEAST, MORE = "least_for_new_books", "more_than_nothing"
BEFORE_LEAST, SINCE_LEAST = date(2023, 10, 6), date(2023, 10, 7)
BEFORE_2014, SINCE_2014 = date(2014, 7, 9), date(2014, 7, 10)

NEW_BOOKS = [
    posted("one book", [book(1290)], [f"1290 {B} 5.5"], "495 band", "5.5 1785 93", 1785),
    posted("34.99 €", [book(3499)], [f"3499 {B} 5.5"], "495 band", "5.5 3994 208", 3994),
    posted("35.00 €", [book(3500)], [f"3500 {B} 5.5"], "495 band", "5.5 3995 208", 3995),
    posted("34.99 € where parcels are free", [book(3499)], [f"3499 {B} 5.5"], f"300 {LEAST}",
           "5.5 3799 198", 3799, parcels=GIVEN),
    posted("35.00 € where parcels are free", [book(3500)], [f"3500 {B} 5.5"], f"1 {MORE}",
           "5.5 3501 183", 3501, parcels=GIVEN),
    posted("two of 17.50 € where parcels are free", [book(1750, 2)], [f"1750 {B} 5.5"],
           f"1 {MORE}", "5.5 3501 183", 3501, parcels=GIVEN),
    posted("two of 17.49 € where parcels are free", [book(1749, 2)], [f"1749 {B} 5.5"],
           f"300 {LEAST}", "5.5 3798 198", 3798, parcels=GIVEN),
    posted("a band below the least", [book(1290)], [f"1290 {B} 5.5"], f"300 {LEAST}",
           "5.5 1590 83", 1590, parcels=CHEAP),
    posted("a band below the least of 35 €", [book(3500)], [f"3500 {B} 5.5"], "200 band",
           "5.5 3700 193", 3700, parcels=CHEAP),
    posted("ordered anew, nothing at the till", [book(1290, till_cents=None)],
           [f"1290 {B} 5.5"], "495 band", "5.5 1785 93", 1785),
    posted("a price that the till alone knows", [book(1290, publisher_cents=None)],
           ["1290 publisher_price_by_till 5.5"], "495 band", "5.5 1785 93", 1785),
    posted("two that fill the next band", [book(1000, 2)], [f"1000 {B} 5.5"], "825 band",
           "5.5 2825 147", 2825),
    posted("a notice that says 20 %", [book(1290, vat_rate=2000)], [f"1290 {B} 20"], "495 band",
           "20 1785 298", 1785),
    fetched("one book", [book(1290)], [f"1290 {B} 5.5"], "5.5 1290 67", 1290),
    fetched("5 % less", [book(1290, till_cents=1226)], [f"1226 {D} 5.5"], "5.5 1226 64", 1226),
    fetched("a cent too little", [book(1290, till_cents=1225)], [f"1290 {B} 5.5 conflict"],
            "5.5 1290 67", 1290),
    fetched("dearer than the publisher", [book(1290, till_cents=1300)],
            [f"1290 {B} 5.5 conflict"], "5.5 1290 67", 1290),
    fetched("5 % of 35.00 €", [book(3500, till_cents=3325)], [f"3325 {D} 5.5"], "5.5 3325 173",
            3325),
    fetched("in a shop that never posts", [book(1290)], [f"1290 {B} 5.5"], "5.5 1290 67", 1290,
            parcels=None),
]  # fmt: skip

CONFLICTS = [
    posted("a discount is none when posted", [book(1290, till_cents=1226)], ["! price_conflict"],
           "-", "", None),
    posted("a dearer till", [book(1290, till_cents=1390)], ["! price_conflict"], "-", "",
           None),
    posted("the good line beside it", [book(1290, till_cents=1390), book(1000)],
           ["! price_conflict", f"1000 {B} 5.5"], "495 band", "5.5 1495 78", None),
    posted("decided for the publisher", [book(1290, till_cents=1390, decided=1290)],
           ["1290 publisher_price_decided 5.5"], "495 band", "5.5 1785 93", 1785),
    posted("decided for the till", [book(1290, till_cents=1390, decided=1390)],
           ["1390 publisher_price_decided 5.5"], "495 band", "5.5 1885 98", 1885),
    posted("a till's discounts are said to be some", [book(1290, till_cents=1226)],
           [f"1290 {B} 5.5"], "495 band", "5.5 1785 93", 1785,
           parcels=Parcels(USUAL.bands, 80, 5, till_discounts=True)),
    posted("but not more than 5 %", [book(1290, till_cents=1225)], ["! price_conflict"],
           "-", "", None, parcels=Parcels(USUAL.bands, 80, 5, till_discounts=True)),
]  # fmt: skip

RECORDS = [
    posted("an LP", [lp(2490)], [f"2490 {F} 20"], "495 band", "20 2985 498", 2985),
    posted("a double LP is none", [lp(3290, units=2)], [f"3290 {F} 20"], "825 band",
           "20 4115 686", 4115),
    posted("a double LP that the catalogue weighs", [lp(3290, units=2, weight_grams=410)],
           [f"3290 {F} 20"], "495 band", "20 3785 631", 3785),
    posted("a CD goes as a letter", [cd(1690)], [f"1690 {F} 20"], "245 band", "20 1935 323", 1935),
    posted("two CDs are too thick for it", [cd(1000, 2)], [f"1000 {F} 20"], "495 band",
           "20 2495 416", 2495),
    posted("an LP where parcels are free", [lp(2490)], [f"2490 {F} 20"], "0 band", "20 2490 415",
           2490, parcels=GIVEN),
    posted("cheaper than its label says", [lp(1990, publisher_cents=2490)], [f"1990 {F} 20"],
           "495 band", "20 2485 414", 2485),
    fetched("an LP", [lp(2490)], [f"2490 {F} 20"], "20 2490 415", 2490),
]  # fmt: skip

OTHERS = [
    posted("sheet music", [SHEET], ["2500 free_price_sheet_music 5.5"], "495 band",
           "5.5 2995 156", 2995),
    posted("sheet music has no least postage", [SHEET], ["2500 free_price_sheet_music 5.5"],
           "0 band", "5.5 2500 130", 2500, parcels=GIVEN),
    posted("an audiobook", [AUDIO], ["2290 free_price_audiobook 5.5"], "245 band",
           "5.5 2535 132", 2535),
    posted("an audiobook has no least postage", [AUDIO], ["2290 free_price_audiobook 5.5"],
           "0 band", "5.5 2290 119", 2290, parcels=GIVEN),
    posted("a magazine", [item("other", "other", 590, vat_rate=210, weight_grams=250)],
           ["590 free_price 2.1"], "495 band", "2.1 1085 22", 1085),
    posted("a thing of no known rate", [item("other", "other", 590, weight_grams=250)],
           ["! no_rate"], "-", "", None),
    posted("a rate of nowhere", [book(1290, vat_rate=700_0)], ["! no_rate"], "-", "", None),
    posted("a thing of no known weight", [item("other", "other", 590, vat_rate=2000)],
           ["! no_weight"], "-", "", None),
    fetched("what weighs nobody knows what", [item("other", "other", 590, vat_rate=2000)],
            ["590 free_price 20"], "20 590 98", 590),
    posted("a record that the shop has not", [lp(0, till_cents=None, publisher_cents=2490)],
           ["! no_price"], "-", "", None),
    posted("no price at all", [lp(0, till_cents=None)], ["! no_price"], "-", "", None),
    posted("a copy that has gone", [used(600, gone=True)], ["! copy_gone"], "-", "", None),
]  # fmt: skip

USED = [
    posted("a used book", [used(600)], [f"600 {U} margin"], "495 band", "margin 1095 0", 1095),
    posted("a used book has no least postage", [used(600)], [f"600 {U} margin"], "0 band",
           "margin 600 0", 600, parcels=GIVEN),
    posted("a used LP", [used(1500, "lp")], [f"1500 {U} margin"], "495 band", "margin 1995 0",
           1995),
    posted("two used books", [used(600), used(900)], [f"600 {U} margin", f"900 {U} margin"],
           "825 band", "margin 2325 0", 2325),
    fetched("a used book", [used(600)], [f"600 {U} margin"], "margin 600 0", 600),
]  # fmt: skip

MIXED = [
    posted("a book and an LP", [book(1290), lp(2490)], [f"1290 {B} 5.5", f"2490 {F} 20"],
           "825 band", "5.5 1596 83; 20 3009 502", 4605),
    posted("a new book and a used one", [book(1290), used(600)],
           [f"1290 {B} 5.5", f"600 {U} margin"], "825 band", "5.5 1843 96; margin 872 0", 2715),
    posted("34.99 € of new books and a used one", [book(3499), used(600)],
           [f"3499 {B} 5.5", f"600 {U} margin"], f"300 {LEAST}",
           "5.5 3753 196; margin 646 0", 4399, parcels=GIVEN),
    posted("book, LP and used book where parcels are free", [book(1290), lp(2490), used(600)],
           [f"1290 {B} 5.5", f"2490 {F} 20", f"600 {U} margin"], f"300 {LEAST}",
           "5.5 1384 72; 20 2650 442; margin 646 0", 4680, parcels=GIVEN),
    posted("what is too heavy", [book(1290, 20)], [f"1290 {B} 5.5"], "! parcel_too_large",
           "5.5 25800 1345", None),
]  # fmt: skip

PLACES = [
    posted("a book to Corsica", [book(1290)], [f"1290 {B} 2.1"], "495 band", "2.1 1785 37", 1785,
           to=AJACCIO),
    posted("an LP to Corsica", [lp(2490)], [f"2490 {F} 20"], "495 band", "20 2985 498", 2985,
           to=AJACCIO),
    posted("a book and an LP to Corsica", [book(1290), lp(2490)],
           [f"1290 {B} 2.1", f"2490 {F} 20"], "825 band", "2.1 1602 33; 20 3003 501", 4605,
           to=AJACCIO),
    posted("a book from Corsica", [book(1290)], [f"1290 {B} 5.5"], "495 band", "5.5 1785 93",
           1785, shop=AJACCIO),
    fetched("a book in Corsica", [book(1290)], [f"1290 {B} 2.1"], "2.1 1290 27", 1290,
            shop=AJACCIO),
    posted("to Réunion is an export", [book(1290), lp(2490)],
           [f"1290 {B} export", f"2490 {F} export"], "1990 band", "export 5770 0", 5770,
           to=SAINT_DENIS),
    posted("to Réunion by its code", [book(1290)], [f"1290 {B} export"], "1990 band",
           "export 3280 0", 3280, to="", country="RE"),
    posted("a used book to Réunion", [used(600)], [f"600 {U} margin"], "1990 band",
           "margin 2590 0", 2590, to=SAINT_DENIS),
    posted("within Réunion", [book(1290), lp(2490)], [f"1290 {B} 2.1", f"2490 {F} 8.5"],
           "825 band", "2.1 1583 33; 8.5 3022 237", 4605, to=SAINT_DENIS, shop=SAINT_DENIS),
    posted("from Martinique to Guadeloupe", [book(1290)], [f"1290 {B} 2.1"], "1990 band",
           "2.1 3280 67", 3280, to=POINTE_A_PITRE, shop=FORT_DE_FRANCE),
    posted("from Réunion to Paris", [book(1290)], [f"1290 {B} export"], "1990 band",
           "export 3280 0", 3280, shop=SAINT_DENIS),
    posted("within Guiana", [book(1290)], [f"1290 {B} none"], "495 band", "none 1785 0", 1785,
           to=CAYENNE, shop=CAYENNE),
    posted("to Nouméa", [book(1290)], [f"1290 {B} export"], "2990 band", "export 4280 0", 4280,
           to=NOUMEA),
    posted("to Monaco", [book(1290)], [f"1290 {B} 5.5"], "495 band", "5.5 1785 93", 1785,
           to="98000", country="MC"),
    posted("to Belgium", [book(1290)], [f"1290 {B} 5.5"], "1690 band", "5.5 2980 155", 2980,
           to="1000", country="BE"),
    posted("an LP to Belgium", [lp(2490)], [f"2490 {F} 20"], "1690 band", "20 4180 697", 4180,
           to="1000", country="BE"),
    posted("to Switzerland", [book(1290)], [f"1290 {B} export"], "2890 band", "export 4180 0",
           4180, to="1200", country="CH"),
    posted("to where the shop posts nothing", [book(1290)], [f"1290 {B} 5.5"],
           "! not_posted_there", "5.5 1290 67", None, to="1000", country="BE", parcels=GIVEN),
    posted("from a shop that posts nothing", [book(1290)], [f"1290 {B} 5.5"], "! no_post",
           "5.5 1290 67", None, parcels=None),
]  # fmt: skip

DESKS = [
    Case("a new book at a desk without books", [book(1290, till_cents=1226)],
         [f"1290 {B} 5.5 conflict"], "300 collected_where_no_books_are_sold", "5.5 1590 83", 1590,
         to="", kind="records"),
    Case("35 € of them", [book(3500)], [f"3500 {B} 5.5"],
         "1 collected_where_no_books_are_sold", "5.5 3501 183", 3501, to="", kind="records"),
    fetched("an LP at a desk without books", [lp(2490)], [f"2490 {F} 20"], "20 2490 415", 2490,
            kind="records"),
    fetched("a used book at a desk without books", [used(600)], [f"600 {U} margin"],
            "margin 600 0", 600, kind="records"),
    fetched("a new book at a bookshop's desk", [book(1290)], [f"1290 {B} 5.5"], "5.5 1290 67",
            1290, kind="books"),
]  # fmt: skip

DAYS = [
    posted("the day before the least postage", [book(1290)], [f"1290 {B} 5.5"], f"1 {MORE}",
           "5.5 1291 67", 1291, parcels=GIVEN, day=BEFORE_LEAST),
    posted("the day of the least postage", [book(1290)], [f"1290 {B} 5.5"], f"300 {LEAST}",
           "5.5 1590 83", 1590, parcels=GIVEN, day=SINCE_LEAST),
    posted("35.00 € the day before it", [book(3500)], [f"3500 {B} 5.5"], f"1 {MORE}",
           "5.5 3501 183", 3501, parcels=GIVEN, day=BEFORE_LEAST),
    posted("the last day of discounts by post", [book(1290, till_cents=1226)], [f"1226 {D} 5.5"],
           "0 band", "5.5 1226 64", 1226, parcels=GIVEN, day=BEFORE_2014),
    posted("the first day without them", [book(1290, till_cents=1226)], ["! price_conflict"],
           "-", "", None, parcels=GIVEN, day=SINCE_2014),
    posted("the last day of free post", [book(1290)], [f"1290 {B} 5.5"], "0 band", "5.5 1290 67",
           1290, parcels=GIVEN, day=BEFORE_2014),
    posted("the first day on which it costs something", [book(1290)], [f"1290 {B} 5.5"],
           f"1 {MORE}", "5.5 1291 67", 1291, parcels=GIVEN, day=SINCE_2014),
    posted("an LP on the last day of 2013", [lp(2490)], [f"2490 {F} 19.6"], "495 band",
           "19.6 2985 489", 2985, day=date(2013, 12, 31)),
    posted("an LP on the first day of 2014", [lp(2490)], [f"2490 {F} 20"], "495 band",
           "20 2985 498", 2985, day=date(2014, 1, 1)),
    posted("a book on the last day at 7 %", [book(1290)], [f"1290 {B} 7"], "495 band",
           "7 1785 117", 1785, day=date(2012, 12, 31)),
    posted("a book on the first day at 5.5 % again", [book(1290)], [f"1290 {B} 5.5"], "495 band",
           "5.5 1785 93", 1785, day=date(2013, 1, 1)),
    posted("a book on the last day before 7 %", [book(1290)], [f"1290 {B} 5.5"], "495 band",
           "5.5 1785 93", 1785, day=date(2012, 3, 31)),
    posted("a book and an LP at 7 and 19.6 %", [book(1290), lp(2490)],
           [f"1290 {B} 7", f"2490 {F} 19.6"], "825 band", "7 1593 104; 19.6 3012 494", 4605,
           day=date(2012, 4, 1)),
    posted("to Belgium before the rule of the Union", [book(1290)], [f"1290 {B} export"],
           "1690 band", "export 2980 0", 2980, to="1000", country="BE", day=date(2021, 6, 30)),
    posted("to Belgium since", [book(1290)], [f"1290 {B} 5.5"], "1690 band", "5.5 2980 155", 2980,
           to="1000", country="BE", day=date(2021, 7, 1)),
]  # fmt: skip

CASES = [
    *NEW_BOOKS, *CONFLICTS, *RECORDS, *OTHERS, *USED, *MIXED, *PLACES, *DESKS, *DAYS,
]  # fmt: skip
