"""The outbox skips no transaction that commits late."""

import threading

import pytest
from django.db import connection, transaction

from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import Position, publish, read_after

PRODUCT = OutboxEntry.Topic.PRODUCT


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_late_is_read_in_its_turn():
    started, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            publish(PRODUCT, [1])
            started.set()
            finish.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    started.wait(10)
    publish(PRODUCT, [2])
    entries, position = read_after(Position())
    assert entries == []
    finish.set()
    thread.join()
    entries, position = read_after(position)
    assert entries == [("product", 1), ("product", 2)]
    assert read_after(position)[0] == []
