"""A drill brings a dump back beside the database, checks it, and leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from comptoir.core.db import execute
from comptoir.serve import copies
from tests.embedded import FOLDER, MINE
from tests.factories import make_offer
from tests.installation.copies import dump
from tests.served import address_of

pytestmark = pytest.mark.django_db(transaction=True)
LEFT = "SELECT datname FROM pg_database WHERE datname LIKE 'comptoir_drill%'"


def drill(file: Path) -> "subprocess.CompletedProcess[str]":
    """Play a drill, and make sure that nothing is left of it."""
    environment = {**os.environ, "DATABASE_URL": address_of(), "TMPDIR": str(file.parent)}
    if os.environ.get(MINE):
        environment["COMPTOIR_EMBEDDED"] = str(FOLDER)
    words = [sys.executable, "-m", "comptoir", "drill", str(file)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    with psycopg.connect(address_of()) as server:
        assert server.execute(LEFT).fetchall() == []
    assert list(file.parent.iterdir()) == [file]
    return done


def test_a_dump_that_can_be_brought_back(tmp_path: Path):
    make_offer(on_hand=2)
    execute("INSERT INTO core_outbox (topic, key) VALUES ('offer', 1)")
    dump(tmp_path / "good.dump")
    done = drill(tmp_path / "good.dump")
    assert done.returncode == 0, done.stderr
    for told in ("Last entry: ", "shops\t1", "offers\t1", "orders\t0", "Everything agrees."):
        assert told in done.stdout


def test_a_dump_whose_figures_disagree(tmp_path: Path):
    offer = make_offer(on_hand=2)
    execute("UPDATE stock_offer SET on_hand = 9 WHERE id = %s", [offer.pk])
    dump(tmp_path / "wrong.dump")
    done = drill(tmp_path / "wrong.dump")
    assert done.returncode == 1
    assert "1 problems." in done.stderr


def test_pg_restore_hears_no_more_than_was_written(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", address_of())
    with copies._scratch() as address:
        told, written = conninfo_to_dict(address), conninfo_to_dict(address_of())
    assert str(told["dbname"]).startswith(copies.SCRATCH)
    assert {**told, "dbname": written["dbname"]} == written


def test_what_is_no_dump(tmp_path: Path):
    file = tmp_path / "none.dump"
    file.write_bytes(b"not a dump")
    done = drill(file)
    assert done.returncode == 1
    assert "pg_restore failed" in done.stderr
    assert "Traceback" not in done.stderr
