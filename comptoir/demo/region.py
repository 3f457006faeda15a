"""The shops of the demonstration: invented ones, in real towns of Nouvelle-Aquitaine.

Coordinates of the towns are GeoNames' (CC BY 4.0); each shop stands within some 400 m of the centre
of its town. Shop number n is the same at every scale; from the seventy-third on, names and hours
are dealt. What a shop says of itself besides is in `entries`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from django.utils.text import slugify

from comptoir.demo.numbers import phone, siret
from comptoir.demo.products import SEED
from comptoir.demo.words import lines, names, nouns, rows
from comptoir.shops.models import RingsUp, ServiceKind, ShopKind

DEPARTMENTS = ("16", "17", "19", "23", "24", "33", "40", "47", "64", "79", "86", "87")
SHOPS = 72
_OPENS = ("09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30", "11:00")
_CLOSES = ("18:00", "18:15", "18:30", "18:45", "19:00", "19:15", "19:30", "20:00")
_SPREAD = 0.0035  # degrees: about 390 m to the north, 270 m to the east


@dataclass(frozen=True, slots=True)
class Town:
    """A real town: its postcode and the coordinates of its centre (WGS 84)."""

    name: str
    postcode: str
    latitude: float
    longitude: float


USUAL_MINUTES, SLOW_MINUTES = 26 * 60, 5 * 24 * 60


@dataclass(frozen=True, slots=True)
class ShopPlan:
    """One shop of the demonstration, before it is in the database."""

    number: int
    name: str
    kind: ShopKind
    street: str
    town: Town
    latitude: float
    longitude: float
    opening_hours: str
    services: tuple[ServiceKind, ...]
    rings_up: RingsUp
    weight: float
    known_for: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The word that names it in an address."""
        return slugify(f"{self.name.replace('’', ' ')} {self.town.name}")[:80]

    @property
    def confirm_after(self) -> int:
        """The shop's limit in minutes: some trust their till's figure for days, most for one."""
        return SLOW_MINUTES if is_slow(self) else USUAL_MINUTES

    @property
    def siret(self) -> str:
        """A SIRET that is valid and nobody's."""
        return siret(self.number + 1)

    @property
    def phone(self) -> str:
        """A telephone number of fiction, E.164."""
        return phone(self.number)

    @property
    def domain(self) -> str:
        """A domain that cannot exist (RFC 2606), its label no longer than one may be (RFC 1035)."""
        return f"{self.slug[:63].strip('-')}.example"

    @property
    def email(self) -> str:
        """An address in this domain."""
        return f"bonjour@{self.domain}"


def towns() -> list[Town]:
    """Return the towns, by postcode."""
    return [Town(name, code, float(lat), float(lon)) for name, code, lat, lon in rows("towns")]


def plans(count: int) -> Iterator[ShopPlan]:
    """Return the first `count` shops."""
    known = {town.name: town for town in towns()}
    written = rows("shops")
    taken: set[str] = set()
    for number in range(count):
        random = Random(f"{SEED}:shop:{number}")  # noqa: S311
        if number < len(written):
            name, kind, town, street, *own = written[number]
            plan = _plan(random, number, name, ShopKind(kind), known[town], street)
            plan = _with_own(plan, *own) if own else plan
        else:
            plan = _dealt(random, number, list(known.values()))
            # Among thousands two are dealt one name in one town: the later is dealt another.
            while plan.slug in taken:
                plan = _dealt(random, number, list(known.values()))
        taken.add(plan.slug)
        yield plan


def is_late(plan: ShopPlan) -> bool:
    """Return whether a shop's till is one that reports only now and then: one in sixteen."""
    return plan.number % 16 == 9


def is_slow(plan: ShopPlan) -> bool:
    """Return whether a shop's till reports every few days by choice: every second late one.

    Its last copies are most likely on the shelf, and the others are there.
    """
    return plan.number % 32 == 25


def is_silent(plan: ShopPlan) -> bool:
    """Return whether a till that reported every evening has stopped: the first of the late."""
    return plan.number == 9


def _with_own(plan: ShopPlan, opening: str, services: str, known_for: str) -> ShopPlan:
    """Return a shop with hours, services and specialities of its own."""
    return replace(
        plan,
        opening_hours=opening,
        services=tuple(map(ServiceKind, services.split())),
        known_for=tuple(known_for.split()),
    )


def _dealt(random: Random, number: int, choices: list[Town]) -> ShopPlan:
    prefix, kind = random.choice(lines("generated shops")).split("|")
    noun = random.choice(nouns())
    name = f"{prefix} {noun.of_the} {random.choice(lines('complements'))}"
    street = f"rue {random.choice(names('first'))} {random.choice(names('last'))}"
    plan = _plan(random, number, name, ShopKind(kind), choices[number % len(choices)], street)
    return replace(plan, opening_hours=_hours(random))


def _hours(random: Random) -> str:
    """Return hours as few other shops have them."""
    days = random.choice(("Tu-Sa", "Mo-Sa", "We-Sa", "Tu-Fr", "Mo,We-Sa"))
    opens, noon = random.choice(_OPENS), random.choice(("12:00", "12:30", "13:00"))
    back, closes = random.choice(("13:30", "14:00", "14:30", "15:00")), random.choice(_CLOSES)
    spans = random.choice((f"{opens}-{noon},{back}-{closes}", f"{opens}-{closes}"))
    extra = random.choice(("", "", f"; Sa {opens}-{closes}", f"; Su {opens}-{noon}"))
    return f"{days} {spans}{extra}; PH off"


def _plan(
    random: Random, number: int, name: str, kind: ShopKind, town: Town, street: str
) -> ShopPlan:
    return ShopPlan(
        number=number,
        name=name,
        kind=kind,
        street=f"{random.randint(1, 48)} {street}",
        town=town,
        latitude=round(town.latitude + random.uniform(-_SPREAD, _SPREAD), 5),
        longitude=round(town.longitude + random.uniform(-_SPREAD, _SPREAD), 5),
        opening_hours=random.choice(lines("hours")),
        services=_services(random, kind),
        rings_up=random.choice((RingsUp.AT_COLLECTION, RingsUp.AT_COLLECTION, RingsUp.END_OF_DAY)),
        weight=random.uniform(0.5, 1.6),
    )


def _services(random: Random, kind: ShopKind) -> tuple[ServiceKind, ...]:
    always = {ServiceKind.CLICK_COLLECT, ServiceKind.PHONE_ORDERS}
    if kind is not ShopKind.RECORDS:
        always.add(ServiceKind.SPECIAL_ORDERS)
    if kind is not ShopKind.BOOKS:
        always.add(ServiceKind.SECOND_HAND)
    always.update(random.sample(list(ServiceKind), 3))
    return tuple(sorted(always))
