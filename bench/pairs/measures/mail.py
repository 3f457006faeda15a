"""Mails of reservations: rendered in their two parts and handed to a mail server.

Orders of verified persons are placed while the process of the jobs is held still; what is measured
begins when it goes on and ends when no job waits. A unit is a mail.
"""

import time

from bench import load
from bench.crowd import KNOW, STOCKED, Crowd, Stocked
from bench.pairs.measures.reserve import CLIENTS, plenty
from bench.pairs.part import Part, Plan, Work, work_of
from bench.pairs.side import SETTINGS, Side

MAILS = {"small": 600, "full": 3_000}
State = tuple[list[Stocked], int]


def prepare(side: Side, plan: Plan) -> State:
    """Return what is reserved, and how many mails a turn has."""
    keys = [key for key, _slug, _ean in plenty(side)]
    return [Stocked(*row) for row in side.rows(STOCKED, [keys, keys])], MAILS[plan.scale]


def ready(side: Side, state: State, turn: int) -> None:
    """Have the mails wait."""
    chosen, count = state
    persons = Crowd(SETTINGS["COMPTOIR_SECRET_KEY"], f"mail-{turn}")
    with side.connect() as connection:
        connection.execute(KNOW.encode(), [persons.keys(count)])
    side.hold_jobs()
    requests = persons.requests(chosen, count)
    work_of(load.run(side.port, iter(requests), clients=CLIENTS), 303)


def run(side: Side, state: State, turn: int) -> Work:  # noqa: ARG001
    """Let them leave."""
    began = time.perf_counter()
    side.let_jobs_go()
    side.wait_for_jobs()
    return Work(state[1], time.perf_counter() - began)


PARTS = [Part("mail", "mail", prepare, run, ready=ready)]
