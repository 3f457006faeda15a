"""The order of a draw, and its proof: this file needs nothing but Python, and checks what a draw
has published.

    python fairness.py tirage.json

How it goes. While one may enter, a seed is drawn and kept secret; its commitment, which also names
the public value to come and the moment at which it becomes known, is published. As the entries
close, before that moment, the list is frozen: the hash of every entry, sorted, and the hash of them
all, published before that value is known. Then the key
HMAC-SHA256(seed, value + hash of the list) is made, and the entries stand in the order of
HMAC-SHA256(key, entry). Nobody who knew the seed knew the value, nobody who sees the value can
change the list, and the seed, shown at last, fits its commitment: nobody chose the order.

Each entry has chosen a lot (the shop where the copies are). Going down the order, each takes a copy
of its lot while there is one.
"""

import hmac
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

FORMAT = "comptoir-draw-2"


def commitment(seed: bytes, source: str, known_at: str) -> str:
    """Return what is published beforehand: the hash of the seed, of the name of the value, and of
    the moment at which it becomes known (ISO 8601, UTC)."""
    return sha256(seed + f"\n{source}\n{known_at}".encode()).hexdigest()


def entry_hash(secret: str) -> str:
    """Return under which hash an entry stands in the list, by the secret that its person alone
    has."""
    return sha256(secret.encode()).hexdigest()


def list_hash(entries: Iterable[tuple[str, str]]) -> str:
    """Return the hash of a frozen list of (hash of the entry, lot), however it is sorted."""
    lines = "".join(f"{entry} {lot}\n" for entry, lot in sorted(entries))
    return sha256(lines.encode()).hexdigest()


def order(seed: bytes, value: str, entries: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the entries in the order that seed, public value and list give them."""
    frozen = list(entries)
    said = value.encode() + bytes.fromhex(list_hash(frozen))
    key = hmac.digest(seed, said, "sha256")
    return sorted(frozen, key=lambda each: (hmac.digest(key, each[0].encode(), "sha256"), each))


def winners(ordered: Sequence[tuple[str, str]], copies: Mapping[str, int]) -> list[str]:
    """Return the entries that get a copy of their lot, in order."""
    left, found = dict(copies), []
    for entry, lot in ordered:
        if left.get(lot, 0) > 0:
            left[lot] -= 1
            found.append(entry)
    return found


def faults(told: Mapping[str, Any]) -> list[str]:
    """Return what does not hold of a published draw; nothing where all of it does."""
    if told.get("format") != FORMAT:
        return [f"not a draw of the format {FORMAT}"]
    if not told.get("seed") or told.get("value") is None:
        return ["not drawn yet: the seed and the public value are not published"]
    seed, entries = bytes.fromhex(told["seed"]), [(x["entry"], x["lot"]) for x in told["entries"]]
    ordered = order(seed, told["value"], entries)
    copies = {lot["lot"]: lot["copies"] for lot in told["lots"]}
    return [
        wrong
        for holds, wrong in (
            (len({x for x, _lot in entries}) == len(entries), "an entry stands there twice"),
            (
                commitment(seed, told["source"], told["known_at"]) == told["commitment"],
                "the seed is another one",
            ),
            (
                _at(told["closes_at"]) < _at(told["known_at"]),
                "the number was known before the entries closed",
            ),
            (
                _at(told["frozen_at"]) < _at(told["known_at"]),
                "the list was frozen when the number was known",
            ),
            (list_hash(entries) == told["list_hash"], "the list is another one"),
            ([x for x, _lot in ordered] == told["order"], "the order is another one"),
            (winners(ordered, copies) == told["winners"], "the winners are others"),
        )
        if not holds
    ]


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def main(paths: Sequence[str]) -> int:
    """Check the files; return 0 where all of them hold."""
    wrong = False
    for path in paths:
        with open(path, encoding="utf-8") as file:
            found = faults(json.load(file))
        wrong = wrong or bool(found)
        sys.stdout.write(f"{path}: {'; '.join(found) if found else 'all of it holds'}\n")
    return int(wrong or not paths)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
