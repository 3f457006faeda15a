"""The figures of the last runs: `var/bench.json`."""

import json
from collections.abc import Mapping
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "var" / "bench.json"
OF_PAIRS = ("_before", "_gain")


def keep(
    figures: Mapping[str, float | None], about: Mapping[str, object], target: Path = TARGET
) -> Path:
    """Write figures beside those that are there; return the file.

    A figure that is measured anew loses what an older comparison said of it.
    """
    known = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    for name in figures:
        for ending in OF_PAIRS:
            known.pop(name + ending, None)
    target.parent.mkdir(parents=True, exist_ok=True)
    document = {**known, **figures, **about}
    target.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return target
