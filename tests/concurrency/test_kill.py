"""`kill -9` under load: every reservation that was acknowledged is there afterwards."""

import json
import threading
import time
from http.client import HTTPException

import pytest

from tests.concurrency.live import Database, Web, order
from tests.trials import dice, tally, times

CLIENTS = 12
LONGEST_SILENCE_SECONDS = 60


class Load:
    """Clients that reserve without pause and note what was acknowledged."""

    def __init__(self, port: int, offers) -> None:
        self.acknowledged: list[str] = []
        self._port, self._offers = port, offers
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._client, args=(n,)) for n in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _client(self, number: int) -> None:
        count = 0
        while not self._stopping.is_set():
            count += 1
            offer = self._offers[(number + count) % len(self._offers)]
            try:
                status, body = order(self._port, offer, f"p{number}-{count}")
            except (OSError, HTTPException, ValueError):
                time.sleep(0.05)
                continue
            if status == 201:
                self.acknowledged.append(str(body["token"]))

    def more(self, count: int) -> None:
        """Wait until so many more were acknowledged."""
        wanted = len(self.acknowledged) + count
        limit = time.monotonic() + LONGEST_SILENCE_SECONDS
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < limit, "nothing is acknowledged any more"
            time.sleep(0.01)

    def stop(self) -> None:
        """Let the clients finish."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path)
    yield made
    made.stop()


@pytest.mark.proof
def test_what_was_acknowledged_is_kept(database):
    offers = json.loads(database.python("tests.concurrency.seed", "8", "1000000"))
    web = Web(database)
    load, draw = Load(web.port, offers), dice("kills")
    try:
        for _ in range(times(1)):
            load.more(draw.randint(50, 90))
            web.kill()
            web.start()
            load.more(draw.randint(50, 90))
            database.kill()
            database.start()
            tally("kills", 2)
        load.more(50)
    finally:
        load.stop()
        web.stop()
    kept = set(database.python("tests.concurrency.tokens").split())
    assert len(load.acknowledged) >= times(1) * 100 + 50
    tally("acknowledged reservations", len(load.acknowledged))
    assert [token for token in load.acknowledged if token not in kept] == []
    checked = database.comptoir("check")
    assert checked.returncode == 0, checked.stdout
