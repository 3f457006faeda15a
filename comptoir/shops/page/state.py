"""What is written of a shop, in plain values: what its history compares, keeps and puts back."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from comptoir.shops.models import Shop

State = dict[str, Any]

NOT_KEPT = frozenset({"id", "demo", "created_at", "registry_state", "registry_checked_at"})
"""The columns of a shop without history: what never changes, and what a registry answered last,
which nobody wrote."""

COLUMNS = tuple(each.attname for each in Shop._meta.concrete_fields if each.name not in NOT_KEPT)
"""The columns of a shop that have a history; one that comes later has it too."""

_SECRET = "inventory_word"  # noqa: S105

LISTS: Mapping[str, Callable[[Shop], Any]] = {
    "services": lambda shop: dict(sorted(shop.services.values_list("kind", "how"))),
    "specialities": lambda shop: sorted(shop.specialities.values_list("kind", flat=True)),
    "networks": lambda shop: sorted(shop.memberships.values_list("network__slug", flat=True)),
    "closures": lambda shop: [
        {"first": first.isoformat(), "last": last.isoformat(), "reason": reason}
        for first, last, reason in shop.closures.order_by("first_day", "last_day").values_list(
            "first_day", "last_day", "reason"
        )
    ],
    "links": lambda shop: list(shop.links.order_by("place", "pk").values("url", "label")),
    "photos": lambda shop: [
        {"file": file, "alt": alt, "credit": credit}
        for file, alt, credit in shop.photos.order_by("place", "pk").values_list(
            "file_id", "alt", "credit"
        )
    ],
}
"""What a shop has several of, each by what reads it anew."""

PICKS = "picks"
"""The order of its words on titles, by the keys of these: `events` writes it."""

_PLACE = ("postcode", "city", "latitude", "longitude", "placed_in_town", "time_zone")
UNITS: Mapping[str, str] = dict.fromkeys(_PLACE, "place")
"""Columns that say one thing together: where a shop is. None of them is put back without the
others."""

FIXED = frozenset(
    {"created", "slug", "siret", "host", "networks", "ended_at", "merged_into_id", "inventory_word"}
    | {"circulars_by_mail", "posting"}
)
"""What is told in the history and not put back by it: it has verbs of its own, or is the
network's."""


def unit_of(field: str) -> str:
    """Return by which word a field is put back: its own, or that of what it belongs to."""
    return UNITS.get(field, field)


def state_of(shop: Shop, lists: Iterable[str] = ()) -> State:
    """Return the columns of a shop as it is in memory, and its lists of some names as they are in
    the database. One query for each list. Of an address that opens a door only whether there is
    one is told."""
    found: State = {name: _plain(getattr(shop, name)) for name in COLUMNS}
    found[_SECRET] = bool(found[_SECRET])
    return found | {name: LISTS[name](shop) for name in lists}


def has_now(shop: Shop, fields: Collection[str], picks: Sequence[int] = ()) -> State:
    """Return what a shop has in each field of a history; `picks` is their order now."""
    found = state_of(shop, [name for name in fields if name in LISTS]) | {PICKS: list(picks)}
    return {name: found.get(name) for name in fields}


def column_value(name: str, kept: Any) -> Any:  # noqa: ANN401
    """Return a value of a column as the database has it."""
    field = {each.attname: each for each in Shop._meta.concrete_fields}[name]
    return field.to_python(kept) if kept is not None else None


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
