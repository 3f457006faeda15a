"""Who wrote each field of a shop, and whose word stands when an import says something else."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.shops.models import FieldOrigin, Shop

WRITTEN_BY_SHOPS = frozenset(
    {
        *("phone", "email", "website", "description", "opening_hours"),
        *("hold_days", "safety_stock", "told_delay", "confirm_after", "rings_up"),
    }
)
"""The columns of a directory that a shop could write at its counter before authors were kept: only
of these is it unknown whether a shop wrote what stands. All others have had one ever since."""


class Word(StrEnum):
    """What comes of a value that an import offers: it is there already, goes in, or is kept out."""

    SAME = "same"
    TAKEN = "taken"
    KEPT_OUT = "kept_out"


def weigh(name: str, has: object, offered: object, origin: FieldOrigin | None) -> Word:
    """Return whether a value that an import offers for a field goes in.

    It does where what stands came out of an import and was not touched since, and where nothing
    stands yet. What a shop or an operator wrote stays; so does what a shop may have written before
    this was kept. Values are in the form of `FieldOrigin.offered`.
    """
    if has == offered:
        return Word.SAME
    if origin is not None and origin.imported:
        return Word.TAKEN if has == origin.offered else Word.KEPT_OUT
    if origin is not None and origin.actor_kind:
        return Word.KEPT_OUT
    untouched = name not in WRITTEN_BY_SHOPS or has == _default(name)
    return Word.TAKEN if untouched else Word.KEPT_OUT


def note_written(shop: Shop, names: Iterable[str], *, actor: Actor, at: datetime) -> None:
    """Record that an actor wrote these fields of a shop by hand; what was offered stays noted.

    A step inside the transaction of a verb that has looked. Writes: the origins.
    """
    rows = [
        FieldOrigin(shop=shop, field=name, written_at=at, **acted_by(actor))
        for name in sorted(names)
    ]
    _put(rows, "actor_kind", "actor_id", "imported", "written_at")


def note_offered(
    shop: Shop,
    offered: Mapping[str, tuple[Any, Word]],
    known: Mapping[str, FieldOrigin],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Record what an import offered for each field of a shop, and which of it stands by that.

    `offered` has each value with the answer of `weigh`, `known` the origins so far. A value that
    stands already is the import's where nobody is known to have written it. What was noted so
    before is not written again. A step inside the transaction of the import. Writes: the origins.
    """
    standing, refused = [], []
    for name, (value, word) in offered.items():
        origin = known.get(name)
        same = origin is not None and origin.offered_at is not None and origin.offered == value
        row = FieldOrigin(
            shop=shop,
            field=name,
            offered=value,
            offered_at=origin.offered_at if origin and same else at,
        )
        nobody = origin is None or not (origin.imported or origin.actor_kind)
        if word is Word.TAKEN or (word is Word.SAME and nobody):
            row.imported, row.written_at = True, at
            row.actor_kind, row.actor_id = actor.kind.value, actor.id
            standing.append(row)
        elif not same:
            refused.append(row)
    _put(standing, "actor_kind", "actor_id", "imported", "written_at", "offered", "offered_at")
    _put(refused, "offered", "offered_at")


def origins_of(shop: Shop) -> dict[str, FieldOrigin]:
    """Return who wrote each field of a shop that is saved, by field; one query."""
    return {origin.field: origin for origin in shop.origins.all()} if shop.pk else {}


def _put(rows: list[FieldOrigin], *columns: str) -> None:
    FieldOrigin.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["shop", "field"],
        update_fields=columns,
    )


def _default(name: str) -> object:
    return getattr(Shop(), name)
