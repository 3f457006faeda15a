"""What a reader asks of the directory, as an address says it: read, and written again in one order
without what is empty, so that links are short and the same for all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.shops.choice.request import DirectoryRequest, Order
from comptoir.shops.choice.when import read_when
from comptoir.shops.geography import DEPARTMENTS
from comptoir.shops.kinds import SpecialityKind, Wheelchair
from comptoir.shops.models import ServiceKind, ShopKind
from comptoir.shops.places import find_place
from comptoir.site.near import Near

Choice = TypeVar("Choice", ServiceKind, SpecialityKind)
Pairs = tuple[tuple[str, str], ...]

DISTANCES = (10, 25, 50, 100)
"""The kilometres that one may choose."""
IN_TOWN = "town"
"""The choice among distances that means the town itself."""
DAYS = {
    "today": _("today"),
    "tomorrow": _("tomorrow"),
    "saturday": _("Saturday"),
    "sunday": _("Sunday"),
}
"""The days that are one touch away; any other is a date in the form."""

_ORDERS = {"open": Order.OPEN, "name": Order.NAME}
_ACCESS = {"yes": Wheelchair.YES, "limited": Wheelchair.LIMITED}
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: as the domain takes it, and as an address says it (`pairs`: parameters in
    their order). `fault` is what is wrong with the moment, which then filters nothing."""

    request: DirectoryRequest
    pairs: Pairs
    near: Near
    day: str = ""
    time: str = ""
    fault: str = ""

    @property
    def address(self) -> str:
        """The address that asks for this, and for the first page."""
        return address_of(self.pairs)

    @property
    def shared(self) -> Pairs:
        """The parameters that say what is listed: not from where one looks, nor in which order."""
        aside = {"lat", "lon", "sort"} if self.request.radius_m else {"near", "lat", "lon", "sort"}
        return tuple(pair for pair in self.pairs if pair[0] not in aside)

    def without(self, *names: str, value: str | None = None) -> str:
        """Return the address without some parameters, or without one value of them."""
        gone = {(name, value) for name in names}
        kept = [
            pair
            for pair in self.pairs
            if not (pair in gone if value is not None else pair[0] in names)
        ]
        return address_of(kept)

    def having(self, name: str, value: str, *instead_of: str) -> str:
        """Return the address with a parameter set anew, and without those that it replaces."""
        kept = [pair for pair in self.pairs if pair[0] not in (name, *instead_of)]
        return address_of(_sorted([*kept, (name, value)]))


_NAMES = (
    *("q", "near", "lat", "lon", "radius_km", "kind", "service", "speciality", "network", "town"),
    *("department", "open", "day", "time", "wheelchair", "sort"),
)


def address_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the address of the directory with these parameters."""
    query = urlencode(list(pairs))
    return reverse("site:shops") + (f"?{query}" if query else "")


def is_littered(given: QueryDict) -> bool:
    """Return whether an address has parameters that say nothing, as a form sends them, or one that
    is written otherwise."""
    return given.get("radius_km") == IN_TOWN or any(
        not value.strip() for _name, values in given.lists() for value in values
    )


def read(given: QueryDict, near: Near, *, now: datetime) -> Asked:
    """Return what an address asks for, as of a moment. What it says and nobody knows is left out;
    a department or a network that is not there has no shops."""
    said = {name: _line(given.get(name, "")) for name in _NAMES}
    if said["radius_km"] == IN_TOWN:
        said |= _town_of(near, said)
    radius = said["radius_km"] if said["radius_km"] in map(str, DISTANCES) else ""
    fields: dict[str, Any] = {
        "text": said["q"],
        "kind": ShopKind(said["kind"]) if said["kind"] in ShopKind.values else None,
        "services": _chosen(ServiceKind, given.getlist("service")),
        "specialities": _chosen(SpecialityKind, given.getlist("speciality")),
        "network": said["network"],
        "department": said["department"].upper(),
        "town": said["town"],
        "near": near.point,
        "radius_m": int(radius) * 1000 if radius and near.point else None,
        "wheelchair": _ACCESS.get(said["wheelchair"]),
        "order": _ORDERS.get(said["sort"], Order.NEAREST),
    }
    request = DirectoryRequest(**fields)
    fault = ""
    try:
        when = read_when(f"{said['day']} {said['time']}", now=now)
        request = replace(request, open_at=when.open_at, open_on=when.open_on)
    except Invalid as refusal:
        fault = str(refusal)
    request = replace(request, open_now=said["open"] == "1")
    pairs = _pairs(request, said, near)
    return Asked(request, pairs, near, said["day"], said["time"], fault)


def _pairs(request: DirectoryRequest, said: Mapping[str, str], near: Near) -> Pairs:
    radius = request.radius_m
    single = {
        "q": request.text,
        "near": said["near"] if near.given and not near.located else "",
        "lat": near.latitude if near.given else "",
        "lon": near.longitude if near.given else "",
        "radius_km": str(round(radius / 1000)) if radius else "",
        "kind": request.kind or "",
        "network": request.network,
        "town": request.town,
        "department": request.department,
        "open": "1" if request.open_now else "",
        "day": said["day"],
        "time": said["time"],
        "wheelchair": request.wheelchair or "",
        "sort": said["sort"] if said["sort"] in _ORDERS else "",
    }
    pairs = [(name, str(value)) for name, value in single.items() if value]
    pairs += [("service", each.value) for each in ServiceKind if each in request.services]
    pairs += [("speciality", each.value) for each in SpecialityKind if each in request.specialities]
    return _sorted(pairs)


def _sorted(pairs: Iterable[tuple[str, str]]) -> Pairs:
    return tuple(sorted(pairs, key=lambda pair: _NAMES.index(pair[0])))


def _chosen(kinds: type[Choice], given: list[str]) -> frozenset[Choice]:
    return frozenset(each for each in kinds if each.value in given)


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "")[:_LONGEST].split())


def _town_of(near: Near, said: Mapping[str, str]) -> dict[str, str]:
    """Return the town that is meant by a place, and its department, which tells namesakes apart."""
    place = find_place(near.text) if near.text and not near.located else None
    if place is None:
        return {"radius_km": ""}
    department = said["department"] or place.department
    return {"radius_km": "", "town": place.name, "department": department}


def department_name(code: str) -> str:
    """Return a department as lists name it: `Vienne (86)`."""
    known = DEPARTMENTS.get(code)
    return f"{known.name} ({code})" if known else code
