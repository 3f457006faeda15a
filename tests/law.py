"""The table of rules on docs/law.md: `python -m tests.law` writes it anew.

It is made of the rows that the code reads; `tests/test_law.py` compares.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "law.md"
SETTINGS = {
    "terms/law.toml": "COMPTOIR_CONSUMER_LAW",
    "quotes/rules.toml": "COMPTOIR_SELLING_RULES",
    "papers/rules.toml": "",
}
"""The files of rules, below `comptoir/`, and the setting by which an installation has its own."""
TESTS = {
    "discount": "tests/quotes/test_rules.py",
    "postage": "tests/quotes/test_rules.py",
    "carriage": "tests/quotes/test_cents.py",
    "rate": "tests/quotes/test_rules.py",
    "route": "tests/quotes/test_rules.py",
    "exempt": "tests/papers/test_samples.py",
    "note": "tests/papers/test_samples.py",
    "named": "tests/papers/test_issuing.py",
    "mention": "tests/papers/test_samples.py",
    "calendar": "tests/papers/test_fronts.py",
    "keep": "tests/papers/test_issuing.py",
}
"""What holds the code to each kind of rule of the other files; the law's own rows name theirs."""
_PART = "<!-- rules -->\n{}\n<!-- end of rules -->"
_APART = ("name", "since", "until", "source", "test")


def rows() -> Iterator[tuple[str, date, date | None, str, str, str]]:
    """Yield each rule: what it is, from, until, source, setting, test."""
    for path, setting in SETTINGS.items():
        found = tomllib.loads((ROOT / "comptoir" / path).read_text(encoding="utf-8"))
        for kind, each in found.items():
            for row in each:
                test = row.get("test") or TESTS[kind]
                told = [f"{v}" for k, v in row.items() if k not in _APART]
                values = [text for text in told if len(text) <= 40]
                name = " ".join([row.get("name", kind).replace("_", " "), *values])
                yield name, row["since"], row.get("until"), row["source"], setting, test


def table() -> str:
    """Return the table in Markdown."""
    lines = ["| rule | from | until | source | setting | test |", "|---|---|---|---|---|---|"]
    for name, since, until, source, setting, test in rows():
        shown = f"`{setting}`" if setting else ""
        cells = (name, since, until or "", source.replace("|", "/"), shown, f"`{test}`")
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def with_table(text: str) -> str:
    """Return a page with the table as it is now."""
    part = re.compile(_PART.format(".*?"), re.DOTALL)
    return part.sub(lambda _found: _PART.format(table()), text)


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
