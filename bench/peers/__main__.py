"""Orders of other programs beside ours: the same generator, in turn, on this machine.

    python -m bench.peers [--rounds 3] [--clients 32]

What is compared is what each does for an order, which is not the same: it is printed with it.
"""

import argparse
import time
from collections.abc import Callable
from contextlib import ExitStack
from statistics import median

from bench import load
from bench.document import keep
from bench.machine import Steal, describe
from bench.pairs import checkout, data, post
from bench.pairs.measures import api
from bench.pairs.measures.reserve import plenty
from bench.pairs.side import Side, free_ports
from bench.peers.oscar import Oscar
from bench.peers.peer import KEPT, Peer
from bench.peers.pretix import Pretix
from comptoir.core import postgres

PEERS: tuple[type[Peer], ...] = (Pretix, Oscar)
ORDERS = {"comptoir": 3_000, "pretix": 128, "oscar": 128}
DOES = "POST of its API: holds the copy, order, lines, history, index, the mail handed over"
Turn = Callable[[str], tuple[float, float]]


def main() -> None:
    """Let each take orders in turn, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=api.CLIENTS)
    options = parser.parse_args()
    steal = Steal()
    with ExitStack() as stack:
        stack.callback(postgres.stop, KEPT / "postgres")
        mail_port = stack.enter_context(post.office())
        turns: dict[str, Turn] = {"comptoir": _ours(stack, mail_port)}
        does = {"comptoir": DOES}
        for kind, port in zip(PEERS, free_ports(len(PEERS)), strict=True):
            peer = kind(port, mail_port)
            stack.callback(peer.stop)
            peer.start()
            turns[peer.name], does[peer.name] = _theirs(peer, options.clients), peer.does
        found = {name: ([], []) for name in turns}
        for number in range(options.rounds + 1):
            for name, turn in turns.items():
                for values, value in zip(found[name], turn(f"{name}{number}"), strict=True):
                    values.append(value)
    _print(found, does)
    figures = {}
    for name, (rates, costs) in found.items():
        figures[f"peer_{name}_per_s"] = median(rates[1:])
        figures[f"peer_{name}_per_cpu_s"] = 1000 / median(costs[1:])
    keep(figures, {"peers_machine": describe()})
    print(f"{describe()}; {steal.percent():.1f} % of CPU stolen")


def _ours(stack: ExitStack, mail_port: int) -> Turn:
    side = Side("present", checkout.ROOT, KEPT / "comptoir", mail_port)
    stack.callback(side.stop)
    data.make(side, *data.SIZES["small"])
    side.serve()
    offers = plenty(side)[:1]

    def turn(name: str) -> tuple[float, float]:
        side.drain()
        meter = side.meter()
        work = api.place(side, offers, ORDERS["comptoir"], name)
        side.drain()
        return work.units / work.seconds, sum(meter.spent().values()) / work.units

    return turn


def _theirs(peer: Peer, clients: int) -> Turn:
    def turn(name: str) -> tuple[float, float]:
        count = ORDERS[peer.name] // clients
        before, began = peer.spent(), time.perf_counter()
        load.converse(
            peer.port, [peer.conversation(count, f"{name}-{one}") for one in range(clients)]
        )
        orders = count * clients
        return orders / (time.perf_counter() - began), (peer.spent() - before) / orders

    return turn


def _print(found: dict[str, tuple[list[float], list[float]]], does: dict[str, str]) -> None:
    print(f"{'':10}{'orders/s':>10}{'ms of a processor':>20}{'orders a CPU-second':>22}")
    for name, (rates, costs) in found.items():
        cost = median(costs[1:])
        print(f"{name:10}{median(rates[1:]):10.1f}{cost:20.2f}{1000 / cost:22.1f}")
    for name, what in does.items():
        print(f"{name}: {what}")


if __name__ == "__main__":
    main()
