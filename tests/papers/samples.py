"""Invoices to look at: each kind that a shop issues."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from comptoir.papers.invoices.sums import Sale, given_back, sums_of
from comptoir.papers.invoices.values import (
    Buyer,
    Carriage,
    Earlier,
    Invoice,
    PaperKind,
    Seller,
    Sold,
)
from comptoir.quotes.basket import Scheme, Tax

BOOK, RECORD, MARGIN = Tax(Scheme.RATE, 550), Tax(Scheme.RATE, 2000), Tax(Scheme.MARGIN)
OVERSEAS, PRESS = Tax(Scheme.RATE, 210), Tax(Scheme.RATE, 850)
EXPORT, NONE = Tax(Scheme.EXPORT), Tax(Scheme.NONE)

SELLER = Seller(
    name="Les Quatre Vents SARL",
    trading_name="Librairie Les Quatre Vents",
    form="SARL",
    capital="8 000 €",
    register="RCS Bordeaux",
    siret="73282932000074",
    vat_number="FR44732829320",
    street="12 rue du Père-Louis-de-Jabrun",
    postcode="33000",
    city="Bordeaux",
    phone="05 56 00 00 00",
    email="bonjour@quatrevents.example",
)
BUYER = Buyer(
    name="Éléonore d’Aubigné-Lefèvre",
    street="3 bis, place de l’Église",
    extra="Bâtiment C, 2ᵉ étage",
    postcode="87000",
    city="Limoges",
)
DAY = date(2026, 11, 30)


def book(line: int, cents: int = 2150, quantity: int = 1, tax: Tax = BOOK) -> Sold:
    return Sold(line, "Les Vagues", quantity, cents, tax, "9782070360024", "Virginia Woolf")


def record(line: int, cents: int = 2990, quantity: int = 1, tax: Tax = RECORD) -> Sold:
    return Sold(line, "Kind of Blue (2 LP)", quantity, cents, tax, "5099749522428", "Miles Davis")


def used(line: int, cents: int = 750) -> Sold:
    return Sold(line, "L’Écume des jours", 1, cents, MARGIN, "", "Boris Vian", used=True)


def invoice(
    lines: Sequence[Sold],
    carriage: Sequence[Carriage] = (),
    *,
    seller: Seller = SELLER,
    buyer: Buyer = BUYER,
) -> Invoice:
    sale = Sale(lines, carriage)
    return Invoice(
        kind=PaperKind.INVOICE,
        number="C-000017",
        day=DAY,
        order="48213377",
        ordered_on=date(2026, 11, 27),
        sent_on=date(2026, 11, 28),
        paid_on=date(2026, 11, 27),
        seller=seller,
        buyer=buyer,
        lines=lines,
        carriage=carriage,
        sums=sums_of(sale),
    )


def credit(of: Invoice, stays: Sale) -> Invoice:
    back, sums = given_back(Sale(of.lines, of.carriage), stays)
    return replace(
        of,
        kind=PaperKind.CREDIT,
        number="C-000018",
        lines=back.lines,
        carriage=back.carriage,
        sums=sums,
        earlier=Earlier(of.number, of.day),
    )


_LONG = (
    "De l’esprit des lois, ou Du rapport que les lois doivent avoir avec la constitution de chaque"
    " gouvernement, les mœurs, le climat, la religion, le commerce, à quoi l’auteur a ajouté des"
    " recherches nouvelles sur les lois romaines touchant les successions"
)
_MIXED = invoice(
    [book(1), record(2, quantity=3), used(3), book(4, 333, 3)],
    [Carriage(BOOK, 215), Carriage(RECORD, 434), Carriage(MARGIN, 51)],
)
_SMALL = invoice(
    [book(1, tax=NONE), replace(used(2), tax=NONE), record(3, 2990, 2, tax=NONE)],
    [Carriage(NONE, 495)],
    seller=replace(SELLER, vat_number="", form="Entreprise individuelle", capital=""),
)
_REUNION = replace(BUYER, postcode="97400", city="Saint-Denis")

SAMPLES: Mapping[str, Invoice] = {
    "new": invoice([book(1), book(2, 790, 2)], [Carriage(BOOK, 300)]),
    "used": invoice([used(1), used(2, 1200)], [Carriage(MARGIN, 495)]),
    "mixed": _MIXED,
    "free-postage": invoice([record(1)], [Carriage(RECORD, 0)]),
    "collected": replace(
        invoice([book(1), record(2)], buyer=Buyer("Éléonore d’Aubigné")), posted=False
    ),
    "overseas": invoice(
        [book(1, tax=OVERSEAS), record(2, tax=PRESS)],
        [Carriage(OVERSEAS, 341), Carriage(PRESS, 459)],
        seller=replace(SELLER, postcode="97400", city="Saint-Denis"),
        buyer=_REUNION,
    ),
    "export": invoice(
        [book(1, tax=EXPORT), used(2)],
        [Carriage(EXPORT, 700), Carriage(MARGIN, 200)],
        buyer=_REUNION,
    ),
    "guiana": invoice(
        [book(1, tax=NONE)],
        [Carriage(NONE, 300)],
        seller=replace(SELLER, vat_number="", postcode="97300", city="Cayenne"),
        buyer=replace(BUYER, postcode="97300", city="Cayenne"),
    ),
    "without-vat": _SMALL,
    "without-vat-credit": credit(_SMALL, Sale([_SMALL.lines[1]], _SMALL.carriage)),
    "nothing-to-pay": invoice([book(1, 0), record(2)], [Carriage(RECORD, 300)]),
    "credit-part": credit(_MIXED, Sale([record(2, quantity=2), used(3)], _MIXED.carriage)),
    "credit-whole": credit(_MIXED, Sale([], [])),
    "credit-price": credit(
        _MIXED, Sale([book(1, 2000), *_MIXED.lines[1:]], [*_MIXED.carriage[:2]])
    ),
    "ten-pages": invoice(
        [
            replace(book(n, 900 + n), title=f"{_LONG} (tome {n})")
            if n % 3
            else (used(n, 500 + n) if n % 2 else record(n, 1000 + n))
            for n in range(1, 79)
        ],
        [Carriage(BOOK, 500), Carriage(RECORD, 250), Carriage(MARGIN, 150)],
    ),
}
