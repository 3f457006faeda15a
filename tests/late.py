"""A transaction that commits late: what it wrote is seen after what others wrote later."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tests.patience import PATIENCE_SECONDS


@contextmanager
def committing_late(write: Callable[[], object]) -> Iterator[None]:
    """Have something written in a transaction of its own that commits when the block ends."""
    written, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            write()
            written.set()
            finish.wait(PATIENCE_SECONDS)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    try:
        assert written.wait(PATIENCE_SECONDS)
        yield
    finally:
        finish.set()
        thread.join()
