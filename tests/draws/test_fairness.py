"""The order of a draw: fair over many draws, and reproduced from what is published."""

import json
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from comptoir.draws import fairness
from comptoir.draws.fairness import commitment, entry_hash, faults, list_hash, order, winners

DRAWS, PEOPLE, COPIES = 10_000, 20, 3
KNOWN = "2027-04-16T18:15:00+00:00"
CRITICAL = 43.82
"""Chi-square at 19 degrees of freedom that chance exceeds once in a thousand times (table of the
NIST handbook, 1.3.6.7.4)."""


def _entries(count: int, lot: str = "lot-1") -> list[tuple[str, str]]:
    return [(entry_hash(f"person {number}"), lot) for number in range(count)]


def _chi_square(counts: list[int], expected: float) -> float:
    return sum((count - expected) ** 2 / expected for count in counts)


def test_ten_thousand_draws_are_fair():
    """The same people draw 10,000 times, each time with another seed and value: each wins as often
    as any other, and stands as often in each place."""
    entries = _entries(PEOPLE)
    won: Counter[str] = Counter()
    places: Counter[int] = Counter()
    for number in range(DRAWS):
        seed = sha256(f"seed {number}".encode()).digest()
        ordered = order(seed, f"value {number}", entries)
        won.update(winners(ordered, {"lot-1": COPIES}))
        places[ordered.index(entries[0])] += 1
    wins = [won[entry] for entry, _lot in entries]
    # Those of one draw exclude one another: without replacement the sum is smaller by that share.
    share = (PEOPLE - COPIES) / (PEOPLE - 1)
    assert sum(wins) == DRAWS * COPIES
    assert _chi_square(wins, DRAWS * COPIES / PEOPLE) / share < CRITICAL
    assert _chi_square([places[n] for n in range(PEOPLE)], DRAWS / PEOPLE) < CRITICAL


def test_an_order_that_is_not_fair_is_found():
    """The control: sorted by the hashes alone, the same people win each time."""
    entries = _entries(PEOPLE)
    won = Counter(entry for _number in range(DRAWS) for entry, _lot in sorted(entries)[:COPIES])
    wins = [won[entry] for entry, _lot in entries]
    assert _chi_square(wins, DRAWS * COPIES / PEOPLE) > CRITICAL


def _told() -> dict:
    seed, source = sha256(b"a seed").digest(), "drand quicknet, round 12345678"
    entries = _entries(30) + [(entry_hash(f"other {n}"), "lot-2") for n in range(5)]
    ordered = order(seed, "0a1b2c", entries)
    copies = {"lot-1": 4, "lot-2": 1}
    return {
        "format": fairness.FORMAT,
        "source": source,
        "closes_at": "2027-04-16T18:00:00+00:00",
        "frozen_at": "2027-04-16T18:00:30+00:00",
        "known_at": KNOWN,
        "commitment": commitment(seed, source, KNOWN),
        "lots": [{"lot": lot, "copies": n} for lot, n in copies.items()],
        "list_hash": list_hash(entries),
        "entries": [{"entry": entry, "lot": lot} for entry, lot in sorted(entries)],
        "seed": seed.hex(),
        "value": "0a1b2c",
        "order": [entry for entry, _lot in ordered],
        "winners": winners(ordered, copies),
    }


def test_what_is_published_reproduces_the_order():
    told = _told()
    assert faults(told) == []
    assert len(told["winners"]) == 5


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("seed", sha256(b"another").hexdigest(), "seed"),
        ("source", "another number", "seed"),
        ("known_at", "2027-04-17T18:00:00+00:00", "seed"),
        ("closes_at", KNOWN, "before the entries closed"),
        ("frozen_at", KNOWN, "frozen when"),
        ("value", "0a1b2d", "order"),
        ("list_hash", "0" * 64, "list"),
        ("format", "", "format"),
        ("seed", None, "not drawn"),
    ],
)
def test_what_is_changed_is_found(field, value, said):
    assert any(said in each for each in faults(_told() | {field: value}))


def test_an_entry_that_comes_in_later_is_found():
    told = _told()
    told["entries"].append({"entry": entry_hash("late"), "lot": "lot-1"})
    assert "the list is another one" in faults(told)


def test_winners_that_were_changed_are_found():
    told = _told()
    told["winners"] = [*told["winners"][1:], told["order"][-1]]
    assert faults(told) == ["the winners are others"]


def test_the_script_stands_alone(tmp_path: Path):
    """It runs with Python and nothing else, as the page hands it out."""
    script = tmp_path / "fairness.py"
    script.write_text(Path(fairness.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "right.json").write_text(json.dumps(_told()), encoding="utf-8")
    (tmp_path / "wrong.json").write_text(json.dumps(_told() | {"value": "1"}), encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(script)]
    right = subprocess.run([*command, "right.json"], cwd=tmp_path, capture_output=True, text=True)
    wrong = subprocess.run([*command, "wrong.json"], cwd=tmp_path, capture_output=True, text=True)
    assert (right.returncode, right.stdout) == (0, "right.json: all of it holds\n")
    assert wrong.returncode == 1
    assert "order" in wrong.stdout
