"""What the tests of figures share."""

import pytest

from comptoir.core import outbox
from comptoir.core.db import fetch
from comptoir.core.outbox import Position
from comptoir.figures.operations import counts


@pytest.fixture
def in_one_transaction(monkeypatch):
    """Let the outbox be read within the transaction that writes it, as far as it has come: a test
    that commits shows the rest."""

    def head() -> Position:
        sql = "SELECT pg_current_xact_id()::text::bigint, coalesce(max(id), 0) FROM core_outbox"
        ((xid, last),) = fetch(sql)
        return Position(xid, last)

    monkeypatch.setattr(outbox, "head", head)
    monkeypatch.setattr(counts, "head", head)
