"""What a report would do to the stock as it is, or did, title by title. Reads only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from comptoir.core.db import fetch
from comptoir.stock.formats.lines import ReportMode
from comptoir.stock.reports import intake, verdict
from comptoir.stock.reports.models import OPEN, Report
from comptoir.stock.shelf import locks
from comptoir.stock.shelf.sql import named

# French law lets a bookseller sell a new book at most this far below its publisher's price.
DISCOUNT_SHARE = 0.05


class Kind(models.TextChoices):
    """What a report would do, or did, to a title; what a shop should check first comes first."""

    SHORT = "short", _("reserved, and not there")
    VANISHES = "vanishes", _("vanish")
    APPEARS = "appears", _("appear")
    FALLS = "falls", _("fall")
    RISES = "rises", _("rise")
    REPRICED = "repriced", _("change their price")
    PRICES = "prices", _("not at the publisher's price")
    UNKNOWN = "unknown", _("unknown to the catalogue")


class Row(NamedTuple):
    """One title of a report: copies before and after, prices in cents (None: not known)."""

    ean: str | None
    title: str
    byline: str
    condition: str
    was: int | None
    now: int | None
    old_price: int | None
    price: int | None
    list_price: int | None

    @property
    def is_unlawful(self) -> bool:
        """Whether a new book's price is above its publisher's, or more than 5 % below."""
        if self.price is None or self.list_price is None:
            return False
        return not (1 - DISCOUNT_SHARE) * self.list_price <= self.price <= self.list_price


# What an undecided report would do, from the temporary tables of its preview: first the shop's
# offers, then titles that it does not have yet. Of what it does not have it can sell none.
_WOULD = """
SELECT o.product_id, o.ean, o.condition, r.was, r.is_now, r.held,
       o.price_cents AS old_price, r.price_cents AS price
FROM report_result r JOIN stock_offer o ON o.id = r.offer_id
WHERE r.was <> r.is_now OR o.price_cents IS DISTINCT FROM r.price_cents OR r.held > r.is_now
UNION ALL
SELECT t.product_id, t.ean, t.condition, 0, t.counted, 0, NULL, t.price_cents
FROM report_offer t
WHERE t.offer_id IS NULL AND t.counted > 0 AND NOT t.overtaken AND NOT %(sales)s
"""
# What a report did, by the movements that name it. The ledger holds no prices: before is as after.
_DID = """
SELECT o.product_id, o.ean, o.condition, b.was, b.was + m.delta AS is_now, 0 AS held,
       o.price_cents AS old_price, o.price_cents AS price
FROM stock_offer o
JOIN stock_stockmovement m ON m.offer_id = o.id AND m.happened_at = %(as_of)s
                          AND m.actor_kind = 'feed' AND m.actor_id = %(run)s
JOIN LATERAL (SELECT coalesce(sum(e.delta), 0)::int AS was FROM stock_stockmovement e
              WHERE e.offer_id = o.id AND e.id < m.id) b ON true
WHERE o.shop_id = %(shop)s
"""
_TITLED = """
WITH found AS ({rows})
SELECT coalesce(c.ean, p.ean) AS ean, coalesce(p.title, '') AS title,
       coalesce(p.byline, '') AS byline, c.condition, c.was, c.is_now, c.old_price, c.price,
       CASE WHEN p.kind = 'book' AND c.condition = 'new' THEN p.list_price_cents END AS list_price,
       coalesce(p.state, 'unknown') = 'unknown' AS unknown, c.held
FROM found c LEFT JOIN {products} p ON {match}
"""
_CHANGED = _TITLED.format(rows="{moves}", products="catalogue_product", match="p.id = c.product_id")
# Every title of the report, changed or not.
_LISTED = _TITLED.format(
    rows="SELECT ean, condition, NULL::int AS was, sum(quantity)::int AS is_now, 0 AS held,"
    " NULL::int AS old_price, max(price_cents) AS price"
    " FROM report_line GROUP BY ean, condition",
    products=f"LATERAL {named('c.ean', '%(shop)s')}",
    match="true",
)
_OFF_PRICE = "price <> list_price AND is_now > 0"
_WHICH = {
    Kind.SHORT: "held > is_now",
    Kind.VANISHES: "was > 0 AND is_now = 0",
    Kind.APPEARS: "was = 0 AND is_now > 0",
    Kind.FALLS: "is_now < was AND is_now > 0",
    Kind.RISES: "is_now > was AND was > 0",
    Kind.REPRICED: "was > 0 AND is_now > 0 AND old_price IS DISTINCT FROM price",
    Kind.PRICES: _OFF_PRICE,
    Kind.UNKNOWN: "unknown",
}
_OF_LINES = (Kind.PRICES, Kind.UNKNOWN)
_ORDER = "abs(coalesce(list_price - price, 0)) DESC, title, ean, condition"


class Preview:
    """What a report would do against the stock as it is, or did; see `open_preview`."""

    def __init__(self, report: Report, params: dict[str, object]) -> None:
        self.report = report
        self._params = params
        changed = _CHANGED.format(moves=_WOULD if report.status in OPEN else _DID)
        # An applied report's lines are gone: of it only what changed is known.
        listed = _LISTED if report.status in OPEN else changed
        self._sources = {kind: listed if kind in _OF_LINES else changed for kind in Kind}

    def counts(self) -> dict[Kind, int]:
        """Return how many titles there are of each kind."""
        counts: dict[Kind, int] = {}
        for source in dict.fromkeys(self._sources.values()):
            kinds = [kind for kind in Kind if self._sources[kind] == source]
            sums = ", ".join(f"count(*) FILTER (WHERE {_WHICH[kind]})" for kind in kinds)
            query = f"WITH titles AS ({source}) SELECT {sums} FROM titles"  # noqa: S608
            (found,) = fetch(query, self._params)
            counts |= dict(zip(kinds, found, strict=True))
        return {kind: counts[kind] for kind in Kind}

    def rows(self, kind: Kind, *, start: int = 0, most: int | None = None) -> list[Row]:
        """Return the titles of a kind, those with the farthest prices first, then by title."""
        found = fetch(
            f"WITH titles AS ({self._sources[kind]})"  # noqa: S608
            " SELECT ean, title, byline, condition, was, is_now, old_price, price, list_price"
            f" FROM titles WHERE {_WHICH[kind]}"
            f" ORDER BY {_ORDER} LIMIT %(most)s OFFSET %(start)s",
            self._params | {"most": most, "start": start},
        )
        return [Row(*row) for row in found]

    @property
    def digest(self) -> str:
        """A text that changes with anything that the report would change; `apply_report` takes it
        as `seen`. Empty once the report is decided."""
        return verdict.digest() if self.report.status in OPEN else ""


@contextmanager
def open_preview(report: Report) -> Iterator[Preview]:
    """Give what an undecided report would do to the stock as it is now, or what a decided one did.

    Nothing is locked, and nothing written that outlives the block; read within it.
    """
    params = {"run": report.pk, "as_of": report.as_of, "shop": report.feed.shop_id}
    params["sales"] = report.mode == ReportMode.SALES
    with transaction.atomic():
        if report.status in OPEN:
            intake.read_kept(report.pk)
            clock = locks.read_clock(report.feed.shop_id)
            reckoning = verdict.reckoning_of(report, report.feed.shop, clock, preview=True)
            verdict.weigh(reckoning, lines=report.line_count, repeats=True)
        yield Preview(report, params)


@contextmanager
def undone_if(dry_run: bool) -> Iterator[None]:
    """Undo what is done within the block, at its end, if this is a dry run."""
    if not dry_run:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
