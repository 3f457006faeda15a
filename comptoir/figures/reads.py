"""Figures as they were counted, before anything is hidden: of members, and of a shop."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from comptoir.catalogue.models import Product
from comptoir.core.db import fetch, fetch_named
from comptoir.figures.models import Followed, YearSums
from comptoir.figures.suppression import LEAST
from comptoir.networks.models import Network
from comptoir.shops.models import Shop

SUMS = (
    *("placed", "unconfirmed", "collected", "not_found", "cancelled", "expired", "open"),
    *("copies", "cents", "unanswered", "told", "newcomers", "here", "answered", "set_aside"),
)
Sums = dict[str, int]
Steps = Mapping[int, int]
"""How many fell in which step."""
_PLAIN = ", ".join(f"sum(t.{name})::bigint AS {name}" for name in SUMS[:12])
_COUNTS = (
    f"{_PLAIN}, coalesce(sum(t.placed) FILTER (WHERE t.network_id = %(network)s), 0)::bigint"
    " AS here, coalesce(sum(cardinality(t.answers)), 0)::bigint AS answered,"
    " coalesce(sum(cardinality(t.set_asides)), 0)::bigint AS set_aside"
)
_DAYS = "t.day >= %(first)s AND t.day < %(until)s"
# What a member took in while it was one, under whatever address it was placed.
_MEMBERS = (
    " AND EXISTS (SELECT FROM figures_memberspan m WHERE m.network_id = %(network)s"
    " AND m.shop_id = t.shop_id AND m.first_day <= t.day"
    " AND (m.last_day IS NULL OR m.last_day >= t.day))"
)
_OF_SHOP = " AND t.shop_id = %(shop)s"
_MONTH = "date_trunc('month', t.day)::date AS month"
_SUMS = "SELECT t.shop_id, {month}, {counts} FROM figures_tally t WHERE {where} GROUP BY 1, 2"
_STEPS = """
SELECT x.shop_id, x.month, s.set_aside, s.step, count(*) AS count
FROM (SELECT t.shop_id, {month}, t.answers, t.set_asides FROM figures_tally t WHERE {where}) x
CROSS JOIN LATERAL (SELECT false AS set_aside, unnest(x.answers) AS step
                    UNION ALL SELECT true, unnest(x.set_asides)) s
GROUP BY GROUPING SETS ((x.shop_id, s.set_aside, s.step), (x.month, s.set_aside, s.step))
"""


@dataclass(slots=True)
class Counted:
    """What was counted in a year: sums by shop and month, and the steps of answers (False) and of
    what was set aside (True), by shop and by month. `concealed` is which of it is hidden, where
    that was worked out already (`publication.concealed`)."""

    sums: dict[tuple[int, date], Sums] = field(default_factory=dict)
    steps: dict[tuple[int | date, bool], dict[int, int]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    concealed: Mapping[str, Any] | None = None


class Wanted(NamedTuple):
    """A title that was asked for in vain, and how often."""

    product: Product
    times: int


class Unmet(NamedTuple):
    """What was asked for in a year near members, and nobody within 30 km had: the titles asked for
    most, how often in all, how many titles that were."""

    titles: list[Wanted]
    times: int
    products: int


def counted_of(network: Network, year: int) -> Counted:
    """Return what a network's members took in in a year, each while it was a member."""
    for kept in YearSums.objects.filter(network=network, year=year):
        found = unpack(kept.counted)
        found.concealed = kept.concealed
        return found
    return count_year(network, year)


def count_year(network: Network, year: int) -> Counted:
    """Return the same, added up from the tallies."""
    return _counted(_DAYS + _MEMBERS, year, network=network.pk)


def counted_at(shop: Shop, year: int) -> Counted:
    """Return what a shop took in in a year."""
    return _counted(_DAYS + _OF_SHOP, year, shop=shop.pk, network=None)


def _counted(where: str, year: int, **params: object) -> Counted:
    params |= {"first": date(year, 1, 1), "until": date(year + 1, 1, 1)}
    found = Counted()
    sums = _SUMS.format(month=_MONTH, counts=_COUNTS, where=where)
    for row in fetch_named(sums, params):
        found.sums[row.shop_id, row.month] = {name: getattr(row, name) for name in SUMS}
    for row in fetch_named(_STEPS.format(month=_MONTH, where=where), params):
        key = row.shop_id if row.shop_id is not None else row.month
        found.steps[key, row.set_aside][row.step] = row.count
    return found


def pack(counted: Counted) -> dict[str, Any]:
    """Return what was counted as JSON carries it."""
    return {
        "sums": [
            [shop, month.isoformat(), [sums[name] for name in SUMS]]
            for (shop, month), sums in counted.sums.items()
        ],
        "steps": [
            [key.isoformat() if isinstance(key, date) else key, set_aside, list(steps.items())]
            for (key, set_aside), steps in counted.steps.items()
        ],
    }


def unpack(packed: Mapping[str, Any]) -> Counted:
    """Return what `pack` was given."""
    found = Counted()
    months = {each: date.fromisoformat(each) for _shop, each, _counts in packed["sums"]}
    for shop, month, counts in packed["sums"]:
        found.sums[shop, months[month]] = dict(zip(SUMS, counts, strict=True))
    for key, set_aside, steps in packed["steps"]:
        known = months[key] if isinstance(key, str) else key
        found.steps[known, set_aside] = dict(steps)
    return found


def years_of(network: Network | None = None, shop: Shop | None = None) -> list[int]:
    """Return the years of which there are figures, of a network's members or a shop, the latest
    first."""
    where = _MEMBERS if network else _OF_SHOP
    sql = "SELECT DISTINCT extract(year FROM t.day)::int FROM figures_tally t WHERE true"
    params = {"network": network and network.pk, "shop": shop and shop.pk}
    return sorted((year for (year,) in fetch(sql + where, params)), reverse=True)


def kept_years(network: Network) -> list[int]:
    """Return the years of a network that the job has added up."""
    return list(YearSums.objects.filter(network=network).values_list("year", flat=True))


def place_of_count() -> Followed | None:
    """Return up to where it was counted, and when; None where nothing was yet."""
    return Followed.objects.first()


def unmet_of(network: Network, year: int, most: int = 50) -> Unmet:
    """Return what was asked for in a year near a network's members and nobody within 30 km had.
    Titles asked for less than `LEAST` times are counted and not named."""
    where = (
        " FROM figures_unmet u WHERE u.month >= %(first)s AND u.month < %(until)s AND EXISTS ("
        "SELECT FROM figures_memberspan m WHERE m.network_id = %(network)s"
        " AND m.shop_id = u.shop_id AND m.first_day < u.month + interval '1 month'"
        " AND (m.last_day IS NULL OR m.last_day >= u.month)) GROUP BY u.product_id"
    )
    params = {
        "first": date(year, 1, 1),
        "until": date(year + 1, 1, 1),
        "network": network.pk,
    }
    rows = fetch("SELECT u.product_id, sum(u.count)::int AS times" + where, params)
    often = sorted((-times, key) for key, times in rows if times >= LEAST)[:most]
    products = Product.objects.in_bulk([key for _times, key in often])
    titles = [Wanted(products[key], -times) for times, key in often]
    return Unmet(titles, sum(times for _key, times in rows), len(rows))


def median(steps: Steps) -> int | None:
    """Return the step in which the middle one falls; None of none."""
    total, seen = sum(steps.values()), 0
    for step in sorted(steps):
        seen += steps[step]
        if 2 * seen >= total:
            return step
    return None


def joined(parts: Iterable[Steps]) -> Steps:
    """Return the steps of several together."""
    found: dict[int, int] = defaultdict(int)
    for steps in parts:
        for step, count in steps.items():
            found[step] += count
    return found
