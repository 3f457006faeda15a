"""Orders by the API, each of somebody else in a network of their own, every limit on.

Nobody has confirmed their addresses, so that each version does the same for them: it holds the copy
within its bounds and mails a link. What an order takes of the processors has everything in it that
follows: the mail rendered and handed to the mail server, the index, whoever follows the outbox.
"""

from bench import load
from bench.crowd import network, order
from bench.pairs.measures.reserve import CLIENTS, Offer, plenty
from bench.pairs.part import Part, Plan, Work, work_of
from bench.pairs.side import Side

ORDERS = {"small": 600, "full": 6_000}
State = tuple[list[Offer], int]


def api_part(name: str, offers: int) -> Part:
    """Return the part that reserves over so many offers."""

    def prepare(side: Side, plan: Plan) -> State:
        return plenty(side)[:offers], ORDERS[plan.scale]

    def run(side: Side, state: State, turn: int) -> Work:
        chosen, count = state
        return place(side, chosen, count, f"{name}-{turn}")

    return Part(name, "order", prepare, run, by_jobs=True, by_cpu=True)


def place(side: Side, offers: list[Offer], count: int, name: str) -> Work:
    """Place so many orders, over the offers in turn, by people of this name."""
    requests = (
        order(
            offers[number * 7919 % len(offers)],
            f"{name}-{number}",
            X_Forwarded_For=network(number),
        )
        for number in range(count)
    )
    return work_of(load.run(side.port, requests, clients=CLIENTS), 201)


PARTS = [api_part("api_hot", 1), api_part("order_whole", 1_000)]
