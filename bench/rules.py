"""The two rules of the simulated town: the naive one, and Comptoir's own operations."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from unittest import mock

from bench.oracle import Oracle
from bench.town import Answer, Promise, Reckoning, Shop

SLUG = "bench-truth"
FORCED = 2.0


@dataclass
class Tally:
    """What was seen of the shops of one kind under one rule; copies are counted every other day."""

    promises: list[Promise] = field(default_factory=list)
    copies: int = 0
    promised: int = 0
    outright: int = 0
    hidden: int = 0
    risks: list[float] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count in what was seen elsewhere."""
        self.promises += other.promises
        self.risks += other.risks
        for name in ("copies", "promised", "outright", "hidden"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def outright_promises(self) -> list[Promise]:
        return [p for p in self.promises if p.answer.outright and p.found is not None]

    def broken(self) -> list[Promise]:
        return [p for p in self.outright_promises() if not p.found and not p.overlooked]

    def per_1000(self) -> float:
        return 1000 * len(self.broken()) / max(1, len(self.outright_promises()))

    def share(self) -> float:
        return 100 * (self.promised + self.outright) / max(1, self.copies)

    def hidden_share(self) -> float:
        return 100 * self.hidden / max(1, self.copies)


class Naive:
    """The last file is the number, and the number is promised."""

    def __init__(self) -> None:
        self.figures: dict[int, int] = {}
        self.promises: list[Promise] = []

    def hear(self, reckoning: Reckoning, now: float) -> None:
        self.figures = (
            dict(reckoning.figures) if reckoning.whole else self.figures | reckoning.figures
        )

    def ask(self, title: int, now: float) -> Answer:
        return Answer(self.figures.get(title, 0), outright=True)

    def hold(self, title: int, now: float) -> bool:
        self.figures[title] = self.figures.get(title, 0) - 1
        return True

    def release(self, title: int, now: float) -> None:
        self.figures[title] = self.figures.get(title, 0) + 1

    def collected(self, title: int, now: float) -> None: ...
    def not_found(self, title: int, now: float) -> None: ...

    def counted(self, title: int, copies: int, now: float) -> None:
        self.figures[title] = copies

    def opens(self, now: float) -> None: ...

    def look(self, shop: Shop, now: float, tally: Tally) -> None:
        for title, shelf in enumerate(shop.shelves):
            offered = max(0, self.figures.get(title, 0))
            waiting = min(shelf.copies, shop.waiting[title])
            free = shelf.copies - waiting
            tally.copies += shelf.copies + shelf.aside
            tally.promised += shelf.aside + waiting
            tally.outright += min(free, offered)
            tally.hidden += max(0, free - offered)


class Ours:
    """Comptoir's own operations on its own database, for one shop."""

    def __init__(self, number: int, habit: str, titles: int, clock: "Clock") -> None:
        from comptoir.catalogue.operations import stub_products
        from comptoir.shops.models import Shop as Row

        self.clock = clock
        self.row = Row.objects.create(
            slug=f"{SLUG}-{number}",
            name="Bench",
            kind="books",
            postcode="86000",
            latitude=46.58,
            longitude=0.34,
            time_zone="UTC",
            rings_up=habit,
        )
        self.eans = [_ean(number * 10_000 + title) for title in range(titles)]
        keys = stub_products(self.eans)
        self.products = [keys[ean] for ean in self.eans]
        self.offers: dict[int, int] = {}
        self.oracle = Oracle(habit)
        self.held_back: Any = None
        self.promises: list[Promise] = []

    def hear(self, reckoning: Reckoning, now: float) -> None:
        from comptoir.accounts.actors import SYSTEM
        from comptoir.stock.formats.lines import StockLine
        from comptoir.stock.reports.intake import Incoming
        from comptoir.stock.reports.operations import take_report

        self.clock.now = now
        figures = reckoning.figures.items()
        run = take_report(
            Incoming(
                shop=self.row,
                format="api",
                mode="snapshot" if reckoning.whole else "delta",
                as_of=self.clock.at(reckoning.moment),
                lines=[StockLine(1, self.eans[title], figure) for title, figure in figures],
                actor=SYSTEM,
            )
        )
        self.held_back = run if run.status == "quarantined" else self.held_back
        self.oracle.told(reckoning, held_back=run.status == "quarantined")

    def ask(self, title: int, now: float) -> Answer:
        from comptoir.stock.shelf.confidence import Confidence
        from comptoir.stock.shelf.standing import standings, who_has

        self.clock.now = now
        product = self.products[title]
        shown = who_has([product], at=self.clock.at(now)).get(product)
        if not shown:
            return Answer(0, outright=False)
        (known,) = standings(self.row, [product], at=self.clock.at(now))
        self.offers[title] = shown[0].offer_id
        outright = shown[0].confidence != Confidence.TO_CONFIRM
        ruled_out = outright and self.oracle.rules_out(title)
        note = (*_risk(known.evidence, known.habits, self.clock.at(now)), ruled_out)
        return Answer(shown[0].available, outright, note)

    def hold(self, title: int, now: float) -> bool:
        from django.db import transaction

        from comptoir.stock.shelf.holds import hold, lock_offers

        self.clock.now = now
        with transaction.atomic():
            lock_offers([self.offers[title]])
            hold({self.offers[title]: 1})
        self.oracle.holds[title] += 1
        return True

    def release(self, title: int, now: float) -> None:
        from comptoir.stock.shelf.holds import release

        self._verb(release, title, now)

    def collected(self, title: int, now: float) -> None:
        from comptoir.accounts.actors import SYSTEM
        from comptoir.stock.shelf.holds import hand_over

        self._verb(hand_over, title, now, actor=SYSTEM, at=self.clock.at(now))
        self.oracle.left(title, now, "collected")

    def not_found(self, title: int, now: float) -> None:
        from comptoir.accounts.actors import SYSTEM
        from comptoir.stock.shelf.holds import write_off

        self._verb(write_off, title, now, actor=SYSTEM, at=self.clock.at(now))
        self.oracle.left(title, now, "not_found")

    def _verb(self, verb: Any, title: int, now: float, **values: object) -> None:  # noqa: ANN401
        from django.db import transaction

        self.clock.now = now
        with transaction.atomic():
            verb({self.offers[title]: 1}, **values)
        self.oracle.holds[title] -= 1

    def counted(self, title: int, copies: int, now: float) -> None:
        from comptoir.accounts.actors import SYSTEM
        from comptoir.stock.shelf.ledger import set_count

        self.clock.now = now
        set_count(shop=self.row, ean=self.eans[title], count=copies, actor=SYSTEM)
        self.oracle.counted(title, copies, now)

    def opens(self, now: float) -> None:
        """Decide about what was held back overnight, and work the shop's record out again."""
        from comptoir.accounts.actors import SYSTEM
        from comptoir.core.errors import Conflict
        from comptoir.stock.models import TrackRecord
        from comptoir.stock.reports.operations import discard_report

        self.clock.now = now
        if self.held_back is not None:
            with suppress(Conflict):  # a newer snapshot may have overtaken it
                discard_report(report=self.held_back, actor=SYSTEM)
            self.held_back = None
            self.oracle.discarded()
        looked_for = [p for p in self.promises if p.answer.outright and p.found is not None]
        missing = sum(not p.found for p in looked_for)
        record = {"promised": len(looked_for), "missing": missing, "as_of": self.clock.at(now)}
        TrackRecord.objects.update_or_create(shop=self.row, defaults=record)

    def look(self, shop: Shop, now: float, tally: Tally) -> None:
        from comptoir.stock.shelf.confidence import LIKELY
        from comptoir.stock.shelf.standing import on_show, standings

        at = self.clock.at(now)
        shown = set(on_show(self.row, at).values_list("pk", flat=True))
        known = {s.offer.product_id: s for s in standings(self.row, self.products, at)}
        for title, shelf in enumerate(shop.shelves):
            waiting = min(shelf.copies, shop.waiting[title])
            free = shelf.copies - waiting
            tally.copies += shelf.copies + shelf.aside
            tally.promised += shelf.aside + waiting
            standing = known.get(self.products[title])
            offered = standing.available if standing and standing.offer.pk in shown else 0
            tally.hidden += max(0, free - offered)
            for taken in range(min(free, offered)):
                next_one = replace(standing.evidence, available=offered - taken)
                (risk,) = _risk(next_one, standing.habits, at)
                tally.risks.append(risk)
                tally.outright += risk <= LIKELY


class Clock:
    """The simulated clock: minutes since a midnight that lies ahead, so that the database's own
    clock, which nobody can move, is always behind it."""

    def __init__(self) -> None:
        tomorrow = datetime.now(UTC).date() + timedelta(days=2)
        self._start = datetime.combine(tomorrow, time.min, UTC)
        self.now = 0.0

    def at(self, now: float) -> datetime:
        return self._start + timedelta(minutes=now)

    def present(self) -> datetime:
        return self.at(self.now)

    @contextmanager
    def everywhere(self) -> Iterator[None]:
        """Have everything that asks Django for the time be told the simulated one."""
        with mock.patch("django.utils.timezone.now", self.present):
            yield


def _risk(evidence: Any, habits: Any, at: datetime) -> tuple[float]:  # noqa: ANN401
    """Return the threshold from which on the next copy is promised outright, `FORCED` if never."""
    from comptoir.stock.shelf.confidence import Confidence, grade, risk

    if grade(evidence, habits, at, sure=0.0, likely=1.0) == Confidence.TO_CONFIRM:
        return (FORCED,)
    return (risk(evidence, habits, at),)


def _ean(number: int) -> str:
    digits = f"9791{number:08d}"
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return digits + str(-total % 10)
