"""Turns: whose key is whose."""

import re
import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

import comptoir
from comptoir.core import locks
from comptoir.core.db import fetch
from comptoir.core.locks import Space, keys, lock, try_lock

NAMED = (Space.PLACING, Space.SHELF, Space.CHASES, Space.ALERTS, Space.BUSINESSES)
SOURCES = Path(comptoir.__file__).parent


def test_two_spaces_never_give_one_key():
    """Whatever the hashes: in a space of names its first byte is in every key, and no other's."""
    alone = {keys(space)[0] for space in Space if space not in NAMED}
    assert len(alone) == len(Space) - len(NAMED)
    first = {space: {key >> 56 for key in keys(space, *map(str, range(2_000)))} for space in NAMED}
    assert first == {space: {int(space)} for space in NAMED}
    assert not {key >> 56 for key in alone} & {int(space) for space in NAMED}


def test_keys_are_sorted_each_once_and_of_64_bits():
    found = keys(Space.PLACING, *map(str, range(2_000)), *map(str, range(2_000)))
    assert found == sorted(set(found))
    assert len(found) == 2_000
    for space in Space:
        assert all(
            -(2**63) <= key < 2**63 for key in keys(space, *(["é"] if space in NAMED else []))
        )


def test_names_of_one_space_and_one_name_in_two_spaces_have_other_keys():
    assert keys(Space.SHELF, "1 2") != keys(Space.SHELF, "12 ")
    assert keys(Space.SHELF, "1") != keys(Space.CHASES, "1")


def test_a_space_with_one_turn_takes_no_name_and_one_of_names_locks_nothing_without():
    with pytest.raises(ValueError, match="CATALOGUE"):
        keys(Space.CATALOGUE, "a name")
    assert keys(Space.PLACING) == []


def elsewhere(work):
    """Run something on a connection of its own, in a transaction; return what it returns."""
    found = []

    def run():
        try:
            with transaction.atomic():
                found.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=30)
    return found[0]


def free(space: Space, *names: str) -> bool:
    """Return whether nobody has the turns."""
    rows = fetch(
        "SELECT pg_try_advisory_xact_lock(n) FROM unnest(%s::bigint[]) n", [keys(space, *names)]
    )
    return all(taken for (taken,) in rows)


@pytest.mark.django_db(transaction=True)
def test_a_turn_is_held_until_the_transaction_ends():
    with transaction.atomic():
        lock(Space.PLACING, "b", "a")
        lock(Space.CATALOGUE)
        assert not elsewhere(lambda: free(Space.PLACING, "a"))
        assert not elsewhere(lambda: free(Space.PLACING, "b"))
        assert elsewhere(lambda: free(Space.PLACING, "c"))
        assert not elsewhere(lambda: try_lock(Space.CATALOGUE))
        assert elsewhere(lambda: try_lock(Space.FOLLOWERS))
    assert elsewhere(lambda: free(Space.PLACING, "a", "b"))
    assert elsewhere(lambda: try_lock(Space.CATALOGUE))


@pytest.mark.django_db(transaction=True)
def test_many_turns_are_one_statement(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        lock(Space.PLACING, *map(str, range(100)))


def test_nobody_else_takes_an_advisory_lock():
    pattern = re.compile(r"pg_(?:try_)?advisory")
    found = {path for path in SOURCES.rglob("*.py") if pattern.search(path.read_text("utf-8"))}
    assert found == {Path(locks.__file__)}


def test_the_table_of_spaces_is_that_of_the_code():
    text = (SOURCES.parent / "docs" / "locking.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE)) == {
        each.name for each in Space
    }
