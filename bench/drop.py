"""A release day: many people want few copies of one title in the same seconds.

First 5,000 who are known ask by the API within ten seconds for 50 copies, then 2,000 by the form,
each from a network of their own, every limit on, one copy a person. Each comes at a moment of their
own, whatever became of those before (an open load): what they wait is counted from that moment. A
quiet round goes before each, with the searches that run beside it, five a second. Mails are
rendered and handed to nobody.

Fifty searches have two that are slower than their 95th percentile: each way is played `ROUNDS`
times, quiet and not by turns, each time by other people for another title, and the searches of all
its rounds are looked at together.
"""

import itertools
import json
import random
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import fmean, quantiles
from typing import NamedTuple

import psutil
from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench import crowd, load
from bench.machine import Steal
from bench.pairs.processes import Meter
from bench.reserve import PORT, Server, postmaster, refill, stocked
from comptoir.accounts.actors import SYSTEM
from comptoir.core.db import execute, fetch
from comptoir.releases.models import OneEach
from comptoir.releases.operations import ReleaseRequest, announce
from comptoir.shops.models import Shop

COPIES = 50
PEOPLE = {"small": {"api": 5_000, "form": 2_000}, "full": {"api": 5_000, "form": 2_000}}
SECONDS = 10.0
ROUNDS = 3
CONNECTIONS = 400
"""How many of them are on their way at once at most: who comes after that waits, and it counts."""
SEARCHES_PER_S = 5
ANSWERS_WITHIN, MAILS_WITHIN = 5.0, 60.0
_MAILS = "SELECT count(*) FROM notifications_message WHERE status = 'queued'"
Offer = tuple[int, str, str]


@dataclass
class Round:
    """What a round met: what people were answered and how long after they came, and the same of
    the searches beside them (s)."""

    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    searches: list[float] = field(default_factory=list)
    mails_s: float = 0.0
    cpu_ms: float = 0.0
    steal: float = 0.0
    load: float = 0.0


class Played(NamedTuple):
    """A quiet round, one with people, and what they got: copies, and how many people got one."""

    quiet: Round
    met: Round
    sold: int
    persons: int


def run(scale: str) -> dict[str, float]:
    """Run both ways and return the figures."""
    figures: dict[str, float] = {}
    offers = iter(stocked(40)[10:])
    # Few copies of what 5,000 people want: the rest of the shop is as it was.
    with Server(limits=True) as server:
        for way, people in PEOPLE[scale].items():
            rounds = [_played(way, next(offers), people, server.pid) for _ in range(ROUNDS)]
            figures |= _figures(way, rounds, people)
        figures["drop_peak_rss_mb"] = server.peak_bytes / 2**20
    return figures


def _played(way: str, offer: Offer, people: int, pid: int) -> Played:
    """Play a quiet round and one in which so many people want an offer."""
    prepare(offer)
    requests, began = list(_requests(way, offer, people)), timezone.now()
    meter = Meter(pid, int(postmaster().split("\n", 1)[0]))
    quiet, idle_ms = play([]), sum(meter.spent().values())
    met = play(requests)
    met.cpu_ms = sum(meter.spent().values()) - 2 * idle_ms
    print(f"  {way}: {dict(met.statuses)}, load {met.load:.1f}, {met.steal:.1f} % stolen")
    return Played(quiet, met, *_sold(offer, began))


def prepare(offer: Offer) -> None:
    """Have an offer of a few copies, and a release that has just begun."""
    key, slug, ean = offer
    refill([key], COPIES)
    now = timezone.now()
    asked = ReleaseRequest(
        name="Disquaire Day",
        titles=[ean],
        holds_at=now - timedelta(minutes=1),
        one_each=OneEach.TITLE,
        shows_copies=True,
    )
    announce(of=Shop.objects.get(slug=slug), request=asked, actor=SYSTEM, now=now)
    connection.close()
    time.sleep(1.5)


def _requests(way: str, offer: Offer, people: int) -> Iterator[bytes]:
    """Yield what each person sends; make them known first."""
    persons = crowd.Crowd(settings.SECRET_KEY, f"drop-{way}-{secrets.token_hex(4)}")
    execute(crowd.KNOW, [persons.keys(people)])
    if way == "form":
        rows = fetch(crowd.STOCKED, [[offer[0]], [offer[0]]])
        yield from persons.requests([crowd.Stocked(*rows[0])], people)
        return
    for number in range(people):
        yield _asked(offer, persons, number)


def _asked(offer: Offer, persons: crowd.Crowd, number: int) -> bytes:
    key, slug, ean = offer
    body = {
        "shop": slug,
        "lines": [{"product": ean, "offer": key, "quantity": 1}],
        "customer": {"name": "Camille Ferrand", "email": persons.email(number)},
    }
    return load.post(
        "/api/v1/orders",
        json.dumps(body).encode(),
        "127.0.0.1",
        Idempotency_Key=f"drop-{persons.name}-{number}",
        Person=persons.mark(number),
        X_Forwarded_For=crowd.network(number),
    )


def play(requests: Sequence[bytes]) -> Round:
    """Send these requests at moments drawn over `SECONDS`, with searches beside them; wait for the
    mails."""
    met, dice, steal = Round(), random.Random(len(requests)), Steal()
    moments = sorted(dice.uniform(0, SECONDS) for _ in requests)
    coming = iter(zip(moments, requests, strict=True))
    began = time.perf_counter()
    people = [_person(met, coming, began) for _ in range(min(CONNECTIONS, len(requests)))]
    load.converse(PORT, [*people, *(_searcher(met, n, began) for n in range(SEARCHES_PER_S * 2))])
    met.mails_s = _wait_for_mails()
    met.steal = steal.percent()
    met.load = psutil.getloadavg()[0]
    return met


def _person(met: Round, coming: Iterator[tuple[float, bytes]], began: float) -> load.Conversation:
    for moment, request in coming:
        yield max(0.0, began + moment - time.perf_counter())
        answer = yield request
        met.waits.append(time.perf_counter() - began - moment)
        if answer is not None:
            met.statuses[answer.status] += 1


def _searcher(met: Round, number: int, began: float) -> load.Conversation:
    words = ("amour", "guerre", "jazz", "paris", "nuit", "soleil", "jardin", "mer")
    count = SEARCHES_PER_S * 2
    for place in itertools.count(number, count):
        at = began + place / SEARCHES_PER_S
        if place / SEARCHES_PER_S > SECONDS:
            return
        yield max(0.0, at - time.perf_counter())
        word = words[place % len(words)]
        answer = yield load.get(
            f"/recherche?q={word}&near=Bordeaux",
            "127.0.0.1",
            X_Forwarded_For=crowd.network(200_000 + place),
        )
        met.searches.append(time.perf_counter() - at)
        if answer is None or answer.status != 200:
            raise RuntimeError(f"a search answers {answer and answer.status}")


def _wait_for_mails() -> float:
    """Return how long after the last answer the last mail left (s)."""
    began = time.perf_counter()
    while time.perf_counter() - began < 4 * MAILS_WITHIN:
        ((left,),) = fetch(_MAILS)
        if not left:
            break
        time.sleep(0.2)
    connection.close()
    return time.perf_counter() - began


def _sold(offer: Offer, began: datetime) -> tuple[int, int]:
    ((sold, persons),) = fetch(
        "SELECT coalesce(sum(l.held), 0), count(DISTINCT o.email_key) FROM orders_orderline l"
        " JOIN orders_order o ON o.id = l.order_id WHERE l.offer_id = %s AND l.held > 0"
        " AND o.email_key <> '' AND o.placed_at >= %s",
        [offer[0], began],
    )
    connection.close()
    return sold, persons


def _figures(way: str, rounds: Sequence[Played], people: int) -> dict[str, float]:
    """Return the figures of the rounds of one way: of copies, those of the round farthest from what
    is right."""
    met = [each.met for each in rounds]
    waits = [wait for each in met for wait in each.waits]
    beside = [wait for each in met for wait in each.searches]
    quiet = [wait for each in rounds for wait in each.quiet.searches]
    answered = [sum(each.statuses[x] for x in (201, 303, 409)) for each in met]
    found = {
        "sold": float(max((each.sold for each in rounds), key=lambda sold: abs(sold - COPIES))),
        "persons": float(min(each.persons for each in rounds)),
        "unanswered": float(people - min(answered)),
        "answer_p95_ms": _p95(waits),
        "answer_max_ms": 1000 * max(waits),
        "mails_s": max(each.mails_s for each in met),
        "search_p95_ms": _p95(beside),
        "search_quiet_p95_ms": _p95(quiet),
        "search_slowdown": _p95(beside) / _p95(quiet),
        "cpu_ms": fmean(each.cpu_ms for each in met) / people,
        "steal_pct": fmean(each.steal for each in met),
        "load": fmean(each.load for each in met),
    }
    return {f"drop_{way}_{name}": value for name, value in found.items()}


def _p95(waits: Sequence[float]) -> float:
    return 1000 * quantiles(waits, n=20)[-1]
