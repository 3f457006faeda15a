"""What a neighbour that hangs costs the readers of this installation: pages of results, in turns.

    python -m bench.neighbours <port> [--pairs 6] [--shut]

At a node that runs here with COMPTOIR_OUTGOING_ANYWHERE=1 and COMPTOIR_RATE_LIMITS=0, of which this
command finds the database. Turn about there is no neighbour, and one near everybody that takes
every question and never answers. In both, eight readers look at pages of results as fast as they
come, while four browsers fetch the neighbour's part again and again, four times a second each.
Told are the p95 of the pages, and the ratio of the medians over the turns: 1 is what it should be.
With `--shut` the breaker is shut again and again, so that the neighbour is asked all the time.
"""

import argparse
import itertools
import random
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench import load
from comptoir.cli import prepare

PAGES = 400
READERS = 8
BROWSERS = 4
EVERY_SECONDS = 0.25
WORDS = ("le", "causse", "valse", "camus", "rivière", "germinal", "trio", "archive", "légende")
TOWNS = ("Poitiers", "Niort", "Limoges", "Bordeaux", "Pau", "Agen", "Angoulême", "Chauvigny")
HOST = "127.0.0.1"


def main() -> None:
    """Play the turns and print what they say."""
    parser = argparse.ArgumentParser(prog="python -m bench.neighbours")
    parser.add_argument("port", type=int)
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--shut", action="store_true", help="keep the breaker from opening")
    options = parser.parse_args()
    prepare()
    without, beside = [], []
    turn(options.port)  # warms up
    for _each in range(options.pairs):
        without.append(turn(options.port))
        with hanging_neighbour(shut=options.shut) as asked:
            beside.append(turn(options.port))
        told = f"  {without[-1]:7.1f} ms   {beside[-1]:7.1f} ms"
        print(f"{told}   asked {len(asked)} times", flush=True)
    before, after = statistics.median(without), statistics.median(beside)
    print(f"  p95 of a page of results, medians of the turns: {before:.1f} ms without a neighbour,")
    print(f"  {after:.1f} ms beside one that hangs: {after / before:.2f} of it")


def turn(port: int) -> float:
    """Have the readers look at their pages; return the p95 in milliseconds."""
    ended = threading.Event()
    browsers = threading.Thread(target=load.converse, args=(port, parts(ended)))
    browsers.start()
    result = load.run(port, pages(), clients=READERS)
    ended.set()
    browsers.join()
    assert set(result.statuses) == {200}, result.statuses
    return statistics.quantiles(result.durations, n=100)[94] * 1000


def pages() -> Iterator[bytes]:
    """Return the requests of the readers, the same in each turn."""
    dice = random.Random(12)
    for _each in range(PAGES):
        yield load.get(f"/recherche?q={dice.choice(WORDS)}&near={dice.choice(TOWNS)}", HOST)


def parts(ended: threading.Event) -> list[load.Conversation]:
    """Return the browsers that fetch the neighbour's part, until the turn ends."""
    numbers = itertools.count()

    def browser() -> load.Conversation:
        while not ended.is_set():
            began = time.monotonic()
            asked = f"/recherche/voisins?q=rive+{next(numbers)}&near=Poitiers"
            yield load.get(asked, HOST)
            yield max(0.0, began + EVERY_SECONDS - time.monotonic())

    return [browser() for _each in range(BROWSERS)]


@contextmanager
def hanging_neighbour(*, shut: bool) -> Iterator[list[float]]:
    """Have a neighbour that takes questions and never answers, while the block lasts; give when
    each came."""
    from django.utils import timezone

    from comptoir.neighbours.memory import KEPT_SECONDS
    from comptoir.neighbours.models import Neighbour

    asked: list[float] = []
    ended = threading.Event()
    with socket.create_server((HOST, 0), backlog=1024) as server:
        held: list[socket.socket] = []

        def take() -> None:
            while not ended.is_set():
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return
                asked.append(time.monotonic())

        def keep_shut() -> None:
            while shut and not ended.wait(0.1):
                Neighbour.objects.update(failures=0, rest_until=None)

        for work in (take, keep_shut):
            threading.Thread(target=work, daemon=True).start()
        address = f"http://{HOST}:{server.getsockname()[1]}"
        area = [[46.0, 0.3, 290.0]]
        made = Neighbour.objects.create(
            address=address, name="Hangs", area=area, checked_at=timezone.now()
        )
        time.sleep(KEPT_SECONDS + 0.5)  # until each process knows it
        try:
            yield asked
        finally:
            ended.set()
            made.delete()
            server.shutdown(socket.SHUT_RDWR)
            for each in held:
                each.close()
    time.sleep(KEPT_SECONDS + 0.5)


if __name__ == "__main__":
    main()
