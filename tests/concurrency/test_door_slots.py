"""Fifty people want the last place of a slot: one gets it, the others see the next free one."""

import json
import os
import subprocess
import sys

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import Order
from comptoir.orders.operations.doors.places import free_slots
from comptoir.shops.doors.models import DoorsMode, DoorSpan
from comptoir.shops.operations import DoorsRequest, write_week
from comptoir.shops.operations.doors import shut_doors
from tests.concurrency.door_crowd import COUNTED, TURN
from tests.factories import ALWAYS_OPEN, make_offer, make_shop
from tests.patience import until
from tests.served import address_of

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, PROCESSES = 50, 2
WAITING = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = %s"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def all_want_one(*words: str):
    """Let the crowd, in two processes, want the same slot, which has one place; return the slot,
    the one that follows, and what each was told."""
    shop = make_shop(opening_hours=ALWAYS_OPEN)
    week = [DoorSpan(weekday=n, opens=0, closes=1440, every=60, places=1) for n in range(7)]
    write_week(shop=shop, spans=week, actor=SYSTEM)
    now = timezone.now()
    shut_doors(of=shop, request=DoorsRequest(mode=DoorsMode.SLOTS), actor=SYSTEM, now=now)
    # Not the first: it may begin while the crowd gathers.
    wanted, after = (slot.start for slot, _free in free_slots(shop, now)[2:4])
    offer = make_offer(shop=shop, on_hand=PEOPLE)
    names = [f"reader-{number}" for number in range(PEOPLE)]
    address = address_of(connection.settings_dict["NAME"])
    with psycopg.connect(address, autocommit=True) as turn:
        turn.execute("SELECT pg_advisory_lock(%s), pg_advisory_lock(%s)", [TURN, COUNTED])
        command = [sys.executable, "-m", "tests.concurrency.door_crowd", str(offer.pk)]
        crowd = [
            subprocess.Popen(
                [*command, wanted.isoformat(), *names[number::PROCESSES], *words],
                env={**os.environ, "DATABASE_URL": address},
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(PROCESSES)
        ]
        until(lambda: turn.execute(WAITING, [TURN]).fetchone() == (PROCESSES,))
        turn.execute("SELECT pg_advisory_unlock(%s)", [TURN])
        if words:
            until(lambda: turn.execute(WAITING, [COUNTED]).fetchone() == (PROCESSES,))
        turn.execute("SELECT pg_advisory_unlock(%s)", [COUNTED])
        told = {}
        for process in crowd:
            said, _nothing = process.communicate()
            assert process.returncode == 0
            told |= json.loads(said)
    assert len(told) == PEOPLE
    return wanted, after, list(told.values())


def test_one_gets_the_last_place_and_the_others_see_the_next_one():
    wanted, after, told = all_want_one()
    assert told.count(wanted.isoformat()) == 1
    refused = [each for each in told if each != wanted.isoformat()]
    assert {code for code, _free in refused} == {"slot_full"}
    for _code, free in refused:
        starts = [each["start"] for each in free]
        assert wanted.isoformat() not in starts
        assert after.isoformat() in starts
    assert Order.objects.filter(slot_at=wanted).count() == 1


def test_control_without_the_turn_of_the_slot_two_get_it():
    wanted, _after, told = all_want_one("unguarded")
    assert told.count(wanted.isoformat()) == PROCESSES
