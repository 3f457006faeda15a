"""The page of the directory over 4,000 shops: mixed filters, distance, a moment chosen.

Each question goes through the whole of Django (middleware, view, template, gzip) in this process;
what is timed is that alone, in ms, without a network. The shops are made inside a transaction that
is rolled back, with hours as few others have them, so that other measures keep their region.
"""

import gzip
import random
import time
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from comptoir.demo.people import load_shops
from comptoir.demo.region import towns
from comptoir.shops import memory
from comptoir.shops.kinds import SpecialityKind
from comptoir.shops.models import ServiceKind, ShopKind

SHOPS = 4_000
QUESTIONS = 400
WARM = 40
DAYS = ("today", "tomorrow", "saturday", "sunday")


def run(scale: str) -> dict[str, float]:  # noqa: ARG001
    """Return how long pages take, of which the processor works, how long the first one after the
    shops were read takes (ms), and how large the largest is (kB)."""
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("collectstatic", interactive=False, verbosity=0)
    with transaction.atomic():
        print(f"  Making {SHOPS:,} shops…", flush=True)
        load_shops(SHOPS)
        memory.forget()
        asked = questions(random.Random(5), WARM + QUESTIONS)
        reader = Client(headers={"Accept-Encoding": "gzip"})
        reader.get("/vie-privee")
        first, _page = _timed(reader, asked[0])
        times, sizes, packed = [], [], []
        for question in asked[1:WARM]:
            _timed(reader, question)
        began = time.process_time()
        for question in asked[WARM:]:
            took, page = _timed(reader, question)
            times.append(took)
            sizes.append(len(gzip.decompress(page)) / 1000)
            packed.append(len(page) / 1000)
        worked = (time.process_time() - began) * 1000 / QUESTIONS
        transaction.set_rollback(True)
    memory.forget()
    times.sort()
    return {
        "directory_p50_ms": times[len(times) // 2],
        "directory_p95_ms": times[int(len(times) * 0.95)],
        "directory_cpu_ms": worked,
        "directory_first_ms": first,
        "directory_page_kb": max(sizes),
        "directory_page_packed_kb": max(packed),
    }


def questions(dice: random.Random, count: int) -> list[str]:
    """Return so many addresses, the same for the same dice: most with a place, each with some of
    the filters, one in three with a moment."""
    places = [town.name for town in towns()]
    found = []
    for _number in range(count):
        asked: list[tuple[str, str]] = []
        if dice.random() < 0.8:
            asked.append(("near", dice.choice(places)))
            if dice.random() < 0.6:
                asked.append(("radius_km", dice.choice(("10", "25", "50", "100"))))
        for name, choices in (
            ("kind", ShopKind.values),
            ("service", ServiceKind.values),
            ("speciality", SpecialityKind.values),
            ("department", ["16", "17", "33", "64", "86", "87"]),
            ("wheelchair", ["yes", "limited"]),
            ("q", ["pages", "librairie", "disque", "phare"]),
            ("sort", ["open", "name"]),
            ("open", ["1"]),
        ):
            if dice.random() < 0.25:
                asked.append((name, dice.choice(choices)))
        if dice.random() < 1 / 3:
            asked.append(("day", dice.choice(DAYS)))
            if dice.random() < 0.7:
                asked.append(("time", dice.choice(("11:00", "15:30", "19:00"))))
        found.append(f"/boutiques?{urlencode(asked)}")
    return found


def _timed(reader: Client, address: str) -> tuple[float, bytes]:
    """Return how long an answer took, in ms, and its body; no place is remembered."""
    reader.cookies.clear()
    began = time.perf_counter()
    answer = reader.get(address)
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return took, answer.content
