"""What the pages of counting show, and how they read what screens send."""

import json
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Sum
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.models import Product
from comptoir.core.errors import Invalid
from comptoir.counter.scanning import read_scan
from comptoir.counter.shelf import read_quantity
from comptoir.stock.counts.operations import MOST_SCANS, Scan
from comptoir.stock.models import CountedTitle, CountOutcome, StockCount

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Recent:
    """One title on the screen of a count, with its product where the catalogue knows it."""

    title: CountedTitle
    product: Product | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a count has so far: the titles scanned last come first."""

    titles: int
    copies: int
    recent: list[Recent]


def tally_of(session: StockCount) -> Tally:
    """Return what a count has so far. Three queries, whatever was counted."""
    scanned = session.titles.filter(scanned=True)
    sums = scanned.aggregate(titles=Count("pk"), copies=Sum("copies", default=0))
    latest = list(scanned.order_by("-last_at", "-pk")[:SHOWN])
    products = {
        product.ean: product
        for product in Product.objects.filter(ean__in=[title.ean for title in latest])
    }
    return Tally(
        titles=sums["titles"],
        copies=sums["copies"],
        recent=[Recent(title, products.get(title.ean)) for title in latest],
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a count is applied, and what came of its titles."""

    total: int
    left: int
    outcomes: list[tuple[str, int]]


def progress_of(session: StockCount) -> Progress:
    """Return how far a count is applied."""
    counted = session.titles.order_by().values_list("outcome").annotate(Count("pk"))
    found: dict[str, int] = dict(counted)
    outcomes = [
        (str(CountOutcome(value).label), found[value])
        for value in CountOutcome.values
        if value in found
    ]
    return Progress(sum(found.values()), found.get("", 0), outcomes)


def read_scans(sent: QueryDict) -> list[Scan]:
    """Return the scans that a screen sent: a list in JSON, or the fields of the plain form.

    Raises `Invalid` (`bad_scans`, `bad_quantity`).
    """
    if "scans" in sent:
        return _listed(str(sent["scans"]))
    typed, change = sent.get("number", "").strip(), sent.get("change", "")
    typed = "" if change == "-1" else typed
    return [
        Scan(
            key=sent.get("key", ""),
            code=read_scan(sent.get("code", ""))[:100],
            change=-1 if change == "-1" else 1,
            number=read_quantity(typed, least=0) if typed or change == "0" else None,
        )
    ]


def _listed(text: str) -> list[Scan]:
    try:
        found = json.loads(text)
        if not isinstance(found, list) or len(found) > MOST_SCANS:
            raise ValueError
        return [_one(each) for each in found]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        message = _("What this screen sent cannot be read: reload the page.")
        raise Invalid("bad_scans", message) from None


def _one(each: dict[str, object]) -> Scan:
    number = each.get("number")
    age = each.get("age_ms", 0)
    if not isinstance(age, int | float) or not isinstance(number, int | None):
        raise TypeError
    return Scan(
        key=str(each["key"])[:100],
        code=read_scan(str(each["code"]))[:100],
        change=-1 if each.get("change") == -1 else 1,
        number=number,
        age=timedelta(milliseconds=min(max(age, 0), 10**10)),
    )
