"""Shops as this process has read them, each exactly as it stands now.

A page shows a shop by many offers, and shops change rarely. So a statement about offers brings only
the version of each row (`VERSION`); the roster has the shop of that version, or reads it. Nothing
has to tell it of a change: another version is another shop.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models.base import ModelState

from comptoir.core.db import fetch
from comptoir.shops.models import Shop

Version = tuple[str, str]

VERSION = "s.xmin AS shop_xmin, s.ctid AS shop_ctid"
"""What sets one version of the row of a shop `s` apart from every other: the transaction that wrote
it, and its place, for one that writes it twice."""

# A page of results needs no shop's description: it stays behind until somebody reads it.
_NAMES = [field.attname for field in Shop._meta.concrete_fields if field.name != "description"]
_READ = f"SELECT {VERSION}, {', '.join(_NAMES)} FROM shops_shop s WHERE id = ANY(%s)"  # noqa: S608


class Roster:
    """Gives shops by their keys and versions. Safe to use from several threads."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Version, Shop]] = {}

    def take(self, versions: Mapping[int, Version]) -> dict[int, Shop]:
        """Return the shops of these keys, each as of this version or a later one; `description` is
        deferred.

        They are the caller's own. A shop that is gone meanwhile is left out. One query for all that
        are not known, none when all are.
        """
        strange = [key for key, version in versions.items() if self._version(key) != version]
        if strange:
            self._read(strange)
        kept = ((key, self._kept.get(key)) for key in versions)
        return {key: _copy(known[1]) for key, known in kept if known}

    def _version(self, key: int) -> Version | None:
        known = self._kept.get(key)
        return known[0] if known else None

    def _read(self, keys: list[int]) -> None:
        for xmin, ctid, *values in fetch(_READ, [keys]):
            shop = Shop.from_db(connection.alias, _NAMES, values)
            self._kept[shop.pk] = (xmin, ctid), shop


def _copy(shop: Shop) -> Shop:
    """Return a shop that may be changed without changing this one."""
    copy = Shop.__new__(Shop)
    state = ModelState()
    state.adding, state.db = False, shop._state.db
    values: dict[str, Any] = copy.__dict__
    values.update(shop.__dict__, _state=state)
    return copy


ROSTER = Roster()
