"""What a report would do, seen before anything changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, Unpack

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.db import fetch
from comptoir.shops.models import Shop
from comptoir.stock.errors import AlreadyReported
from comptoir.stock.formats.lines import ReportMode
from comptoir.stock.reports import intake, operations, reconcile, sales
from comptoir.stock.reports.intake import Received
from comptoir.stock.reports.models import Feed, Report, ReportReason, ReportStatus
from comptoir.stock.reports.operations import Saying
from comptoir.stock.reports.reconcile import Outcome, Reckoning
from comptoir.stock.shelf import locks

# French law lets a bookseller sell a new book at most this far below its publisher's price.
DISCOUNT_SHARE = 0.05


def preview_report(*, shop: Shop, format: str, **said: Unpack[Saying]) -> Report:
    """Keep what a till says as a report to be looked at, and change no stock.

    Its `reason` is why it would not simply be applied, if it would not. The lines are kept for
    `reports.apply_report`, unless none can be read: the report is then refused, as if told.
    Raises `Conflict` (`already_told`) when the feed has heard its `key`. The rest is as in
    `reports.take_report`.
    """
    with operations.receive(shop=shop, **said) as (report, received):
        report.feed, _made = Feed.objects.get_or_create(shop=shop, format=format)
        return _look(report, shop, received)


def _look(report: Report, shop: Shop, received: Received) -> Report:
    if report.key and operations.find_earlier(report):
        raise AlreadyReported(report.key)
    operations.count_in(report, received)
    if received.refused and not received.taken:
        return operations.close(report, ReportStatus.REFUSED, ReportReason.NOTHING)
    reckoning = operations.reckoning_of(report, shop, locks.read_clock(shop.pk), look=True)
    operations.bring_in(report, reckoning, received)
    outcome, unknown = _weigh(reckoning, lines=received.lines, repeats=received.repeats)
    report.unknown_count += unknown
    report.changed_count, report.emptied_count = outcome.changed, outcome.emptied
    report.overtaken_count = outcome.overtaken
    why = None
    if report.mode == ReportMode.SNAPSHOT:
        outdated = ReportReason.OUTDATED if operations.is_outdated(reckoning) else None
        why = outdated or operations.find_suspicion(reckoning, received, outcome)
    elif outcome.overtaken and outcome.overtaken == outcome.told:
        why = ReportReason.OUTDATED
    report = operations.close(report, ReportStatus.PREVIEWED, why)
    intake.keep(report.pk)
    return report


def _weigh(reckoning: Reckoning, *, lines: int, repeats: bool) -> tuple[Outcome, int]:
    """Work out what the lines in the temporary tables do, and how many titles are unknown."""
    if reckoning.mode == ReportMode.SALES:
        return sales.find(reckoning)
    unknown = reconcile.find_offers(reckoning, lines=lines, repeats=repeats)
    return reconcile.compute(reckoning), unknown


class Kind(models.TextChoices):
    """What a report would do, or did, to a title; in the order of what a shop should look at
    first."""

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


# What a report that waits would do, over the temporary tables of a preview.
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
# What a report did, as the ledger tells it. Prices before are not in the ledger.
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
SELECT coalesce(c.ean, p.ean) AS ean, coalesce(p.title, '') AS title,
       coalesce(p.byline, '') AS byline, c.condition, c.was, c.is_now, c.old_price, c.price,
       CASE WHEN p.kind = 'book' AND c.condition = 'new' THEN p.list_price_cents END AS list_price,
       coalesce(p.state, 'unknown') = 'unknown' AS unknown, c.held
FROM ({rows}) c LEFT JOIN catalogue_product p ON {match}
"""
_CHANGED = _TITLED.format(rows="{moves}", match="p.id = c.product_id")
# What the lines say, changed or not.
_SAID = _TITLED.format(
    rows="SELECT ean, condition, NULL::int AS was, sum(quantity)::int AS is_now, 0 AS held,"
    " NULL::int AS old_price, max(price_cents) AS price"
    " FROM report_line GROUP BY ean, condition",
    match="p.ean = c.ean",
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
        changed = _CHANGED.format(moves=_WOULD if report.status in operations.OPEN else _DID)
        said = _SAID if report.status in operations.OPEN else changed
        self._sources = {kind: said if kind in _OF_LINES else changed for kind in Kind}

    def counts(self) -> dict[Kind, int]:
        """Return how many titles there are of each kind."""
        counts: dict[Kind, int] = {}
        for source in dict.fromkeys(self._sources.values()):
            kinds = [kind for kind in Kind if self._sources[kind] == source]
            sums = ", ".join(f"count(*) FILTER (WHERE {_WHICH[kind]})" for kind in kinds)
            (found,) = fetch(f"SELECT {sums} FROM ({source}) s", self._params)  # noqa: S608
            counts |= dict(zip(kinds, found, strict=True))
        return {kind: counts[kind] for kind in Kind}

    def rows(self, kind: Kind, *, start: int = 0, most: int | None = None) -> list[Row]:
        """Return the titles of a kind, those with the farthest prices first, then by title."""
        found = fetch(
            "SELECT ean, title, byline, condition, was, is_now, old_price, price, list_price"  # noqa: S608
            f" FROM ({self._sources[kind]}) s WHERE {_WHICH[kind]}"
            f" ORDER BY {_ORDER} LIMIT %(most)s OFFSET %(start)s",
            self._params | {"most": most, "start": start},
        )
        return [Row(*row) for row in found]

    @property
    def digest(self) -> str:
        """What changes with anything that the report would change: to be shown again when
        applying."""
        return _digest() if self.report.status in operations.OPEN else ""


@contextmanager
def open_preview(report: Report) -> Iterator[Preview]:
    """Give what a report would do to the stock as it is now, if it waits, or else what it did.

    Nothing is locked, and nothing written that outlives the block; read within it.
    """
    params = {"run": report.pk, "as_of": report.as_of, "shop": report.feed.shop_id}
    params["sales"] = report.mode == ReportMode.SALES
    with transaction.atomic():
        if report.status in operations.OPEN:
            intake.read_kept(report.pk)
            clock = locks.read_clock(report.feed.shop_id)
            reckoning = operations.reckoning_of(report, report.feed.shop, clock, look=True)
            _weigh(reckoning, lines=report.line_count, repeats=True)
        yield Preview(report, params)


@contextmanager
def undone_if(dry_run: bool) -> Iterator[None]:
    """Undo what is done within the block, after it has been looked at, if this is a dry run."""
    if not dry_run:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Applied(NamedTuple):
    """A report that was applied; `moved`: the stock had moved since it was looked at."""

    report: Report
    moved: bool


@transaction.atomic
def apply_seen(*, report: Report, actor: Actor, seen: str) -> Applied:
    """Apply a report as `reports.apply_report`, computed again; say whether that is as `seen`.

    `seen` is the `Report.digest` of what somebody looked at; empty, nothing is compared.
    """
    done = operations.apply_report(report, actor)
    _forget_upload(report)
    return Applied(done, bool(seen) and _digest() != seen)


@transaction.atomic
def discard(*, report: Report, actor: Actor) -> Report:
    """Give up a report as `reports.discard_report`; the file of its upload is forgotten
    too."""
    done = operations.discard_report(report, actor)
    _forget_upload(report)
    return done


def _forget_upload(report: Report) -> None:
    """Remove the file that somebody uploaded: it is needed until its report is decided."""
    upload = getattr(report, "upload", None)
    if upload is not None:
        upload.delete()


def _digest() -> str:
    ((count, total),) = fetch(
        "SELECT count(*), coalesce(sum(hashtextextended(word, 0)), 0) FROM ("
        " SELECT concat_ws('|', offer_id, was, is_now, price_cents) AS word"
        " FROM report_result WHERE changed"
        " UNION ALL SELECT concat_ws('|', ean, condition, counted, price_cents)"
        " FROM report_offer WHERE offer_id IS NULL AND counted > 0 AND NOT overtaken) w"
    )
    return f"{count}.{total}"
