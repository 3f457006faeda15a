"""What may be asked of the directory."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from comptoir.shops.kinds import SpecialityKind, Wheelchair
from comptoir.shops.models import ServiceKind, ShopKind
from comptoir.shops.places import Point


class Order(StrEnum):
    """In which order shops are listed."""

    NEAREST = "nearest"
    """The nearest first; without a place, by town and name."""

    OPEN = "open"
    """Those that are open at the moment first, then as `NEAREST`."""

    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryRequest:
    """Which shops to list; what is left out filters nothing, and all that is given must hold.

    `text` is words of a name or a town, accents and case ignored, each perhaps only begun. A shop
    that sells both books and records answers to either kind. A shop has all of `services` and all
    of `specialities`. `network` is a slug, `department` a code (`86`, `2a`), `town` a whole name.
    `radius_m` counts from `near`, and says nothing without it.

    `open_at` is a moment as `timetable.moments` reads it: one without a time zone is on each shop's
    own clock. `open_on` is a day of each shop's own calendar, at any hour. `wheelchair` asks for
    access (`YES`), or for access at least in part (`LIMITED`).
    """

    text: str = ""
    kind: ShopKind | None = None
    services: frozenset[ServiceKind] = frozenset()
    specialities: frozenset[SpecialityKind] = frozenset()
    network: str = ""
    department: str = ""
    town: str = ""
    near: Point | None = None
    radius_m: float | None = None
    open_now: bool = False
    open_at: datetime | None = None
    open_on: date | None = None
    wheelchair: Wheelchair | None = None
    order: Order = Order.NEAREST
