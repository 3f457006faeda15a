"""What the shops of the demonstration say of themselves: how their services are used, what they are
known for, access, the associations they belong to."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from comptoir.demo.products import SEED
from comptoir.demo.region import ShopPlan
from comptoir.demo.words import lines
from comptoir.shops.kinds import SpecialityKind, Wheelchair
from comptoir.shops.models import ServiceKind, ShopKind

_RECORDS = tuple(SpecialityKind)[tuple(SpecialityKind).index(SpecialityKind.JAZZ) :]
_BOOKS = tuple(each for each in SpecialityKind if each not in _RECORDS)
_KNOWN_FOR = {
    ShopKind.BOOKS: _BOOKS,
    ShopKind.RECORDS: _RECORDS,
    ShopKind.BOTH: _BOOKS + _RECORDS,
}
_ACCESS = (Wheelchair.YES, Wheelchair.YES, Wheelchair.LIMITED, Wheelchair.NO, "")
_TELLS_HOW = 0.6
_GIVES_DATA = 0.7


@dataclass(frozen=True, slots=True)
class Entry:
    """What a shop says: its services, each with how one uses it (perhaps empty), its specialities,
    access, the words of its networks, whether its entry is open data."""

    services: Mapping[ServiceKind, str]
    specialities: frozenset[SpecialityKind]
    wheelchair: str
    networks: tuple[str, ...]
    open_data: bool


def entry_of(plan: ShopPlan) -> Entry:
    """Return what a shop says of itself; the same shop always says the same."""
    # Dice of its own: what else is dealt to shops stays what it was.
    random = Random(f"{SEED}:entry:{plan.number}")  # noqa: S311
    known_for = random.sample(_KNOWN_FOR[plan.kind], random.randint(0, 4))
    return Entry(
        services={kind: _how(random, kind) for kind in plan.services},
        specialities=frozenset(map(SpecialityKind, plan.known_for or known_for)),
        wheelchair=random.choice(_ACCESS),
        networks=tuple(random.sample(_networks(plan.kind), random.randint(0, 1))),
        open_data=random.random() < _GIVES_DATA,
    )


def networks_of_region() -> list[tuple[str, str]]:
    """Return the associations, each with the word in its address and its name."""
    return _named("books") + networks_of_records()


def networks_of_records() -> list[tuple[str, str]]:
    """Return those of record shops, likewise."""
    return _named("records")


def _named(kind: str) -> list[tuple[str, str]]:
    rows = lines(f"networks {kind}")
    return [(slug, name) for slug, _bar, name in (row.partition("|") for row in rows)]


def _how(random: Random, kind: ServiceKind) -> str:
    return random.choice(lines(f"how {kind}")) if random.random() < _TELLS_HOW else ""


def _networks(kind: ShopKind) -> list[str]:
    kinds = {"books": ShopKind.BOOKS, "records": ShopKind.RECORDS}
    return [
        row.partition("|")[0]
        for section, sold in kinds.items()
        if kind in (sold, ShopKind.BOTH)
        for row in lines(f"networks {section}")
    ]
