"""Who wrote each field of a shop, and whose word stands when an import says something else."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.shops.gazetteer import fold
from comptoir.shops.models import FieldOrigin, Shop
from comptoir.shops.sources.models import Source
from comptoir.shops.table import POINT

WRITTEN_BY_SHOPS = frozenset(
    {
        *("phone", "email", "website", "description", "opening_hours"),
        *("hold_days", "safety_stock", "told_delay", "confirm_after", "rings_up"),
    }
)
"""The columns of a directory that a shop could write at its counter before authors were kept: only
of these is it unknown whether a shop wrote what stands. All others have had one ever since."""


_RANKS = {Source.BAN: 0, Source.OSM: 1, Source.SIRENE: 2, Source.FILE: 3}
"""Whose word counts more: the network's own file's most."""

_ONE_HOUSE = 0.002
"""Degrees within which two maps put one door, at the most: about 200 metres."""

_EMPTY: tuple[object, ...] = ("", None, [])


class Word(StrEnum):
    """What comes of a value that an import offers: it is there already, goes in, or is kept out; or
    it is empty or as good as the same, which says nothing against another source."""

    SAME = "same"
    TAKEN = "taken"
    KEPT_OUT = "kept_out"
    SILENT = "silent"


_STANDING = (
    *("actor_kind", "actor_id", "imported", "source"),
    *("written_at", "offered", "offered_at"),
)


def weigh(
    name: str,
    has: object,
    offered: object,
    origin: FieldOrigin | None,
    source: Source = Source.FILE,
) -> Word:
    """Return whether a value that a source offers for a field goes in.

    It does where what stands came out of an import of this source, or of one that counts less
    (`_RANKS`), and was not touched since, and where nothing stands yet. What a shop or an operator
    wrote stays; so does what a shop may have written before this was kept, and, where another
    source than the network's file says otherwise, all that nobody is known to have written. Values
    are in the form of `FieldOrigin.offered`.
    """
    if has == offered:
        return Word.SAME
    if origin is not None and origin.imported:
        if has != origin.offered:
            return Word.KEPT_OUT
        word = _between(has, offered, source_of(origin), source)
        return Word.SILENT if word is Word.KEPT_OUT and _as_good(name, has, offered) else word
    if source is not Source.FILE and offered in _EMPTY:
        return Word.SILENT
    if origin is not None and origin.actor_kind:
        return Word.KEPT_OUT
    if source is Source.FILE:
        untouched = name not in WRITTEN_BY_SHOPS or has == _default(name)
    else:
        untouched = has in _EMPTY
    return Word.TAKEN if untouched else Word.KEPT_OUT


def source_of(origin: FieldOrigin) -> Source:
    """Return which source an imported value came from; before that was kept, all were files."""
    return Source(origin.source or Source.FILE)


def _between(has: object, offered: object, theirs: Source, ours: Source) -> Word:
    """Return what comes of a value where what stands came out of an import."""
    if ours is theirs:
        return Word.TAKEN
    if offered in _EMPTY:
        return Word.SILENT
    better = has in _EMPTY or _RANKS[ours] > _RANKS[theirs]
    return Word.TAKEN if better else Word.KEPT_OUT


def _as_good(name: str, has: object, offered: object) -> bool:
    """Return whether two sources say the same in other letters, or mean one house."""
    if isinstance(has, str) and isinstance(offered, str):
        return fold(has) == fold(offered)
    if name in POINT and isinstance(has, float) and isinstance(offered, float):
        return abs(has - offered) < _ONE_HOUSE
    return False


def note_written(shop: Shop, names: Iterable[str], *, actor: Actor, at: datetime) -> None:
    """Record that an actor wrote these fields of a shop by hand; what was offered stays noted.

    A step inside the transaction of a verb that has looked. Writes: the origins.
    """
    rows = [
        FieldOrigin(shop=shop, field=name, written_at=at, **acted_by(actor))
        for name in sorted(names)
    ]
    _put(rows, "actor_kind", "actor_id", "imported", "source", "written_at")


def note_offered(
    shop: Shop,
    offered: Mapping[str, tuple[Any, Word]],
    known: Mapping[str, FieldOrigin],
    *,
    actor: Actor,
    at: datetime,
    source: Source = Source.FILE,
) -> None:
    """Record what a source offered for each field of a shop, and which of it stands by that.

    `offered` has each value with the answer of `weigh`, `known` the origins so far. A value that
    stands already is the source's where nobody is known to have written it, or only a source that
    counts less. What was noted so before is not written again. A step inside the transaction of the
    import. Writes: the origins.
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
            source=source,
        )
        nobody = origin is None or not (origin.imported or origin.actor_kind)
        others = origin is not None and origin.imported and source_of(origin) is not source
        weaker = others and origin is not None and _RANKS[source_of(origin)] < _RANKS[source]
        says = source is Source.FILE or value not in _EMPTY
        if word is Word.TAKEN or (word is Word.SAME and says and (nobody or weaker)):
            row.imported, row.written_at = True, at
            row.actor_kind, row.actor_id = actor.kind.value, actor.id
            standing.append(row)
        elif not (same or others or word is Word.SILENT):
            # What another source offered is how one knows that its value was not touched.
            refused.append(row)
    _put(standing, *_STANDING)
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
