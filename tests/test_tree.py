"""One finds one's way: every package has the same shape, no folder is a corridor, a name is a noun.

What the linter of imports cannot hold is held here (docs/architecture.md).
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

COMPTOIR = Path(__file__).resolve().parent.parent / "comptoir"
DOMAIN = (
    "alerts",
    "archives",
    "contracts",
    "exchanges",
    "papers",
    "terms",
    "withdrawals",
    "networks",
    "orders",
    "quotes",
    "purchases",
    "stock",
    "catalogue",
    "shops",
    "notifications",
    "events",
    "webhooks",
    "figures",
    "neighbours",
)
FRONTS = ("site", "counter", "api", "office", "demo")
MOST_MODULES = 20
MOST_LINES = 400
FEWEST_LINES = 12

ONE_A_FORMAT = {"stock/formats", "catalogue/sources"}
"""Folders that hold a module for each format, and may hold more."""

SHAPE = {"models", "operations", "reads", "errors", "commands", "tasks", "mails", "retention"}
"""The modules that a domain package has where it has any; what else it has is a noun of its own."""

SMALL = SHAPE | {"__main__", "apps", "urls", "outside_urls", "wsgi", "asgi", "context", "formats"}
"""Modules that a framework or the shape asks for by name, however short."""

NOUNS = {"standing", "lightspeed", "feed", "seed"}
"""Nouns that look like a participle."""

PARTICIPLES = re.compile(
    r"(ing|ed)\Z|\A(told|said|heard|kept|held|made|known|given|seen|written)\Z"
)

WRITES = {
    *("save", "create", "bulk_create", "get_or_create", "update_or_create", "bulk_update"),
    *("select_for_update", "atomic"),
}
WRITERS = {
    "webhooks.follower": "makes messages of the outbox: its own place in it moves with them",
    "networks.logos": "makes a picture anew: what it saves is no row",
    "webhooks.sender": "notes each try of a delivery that it has claimed",
}
"""Modules beside `operations` that change data, and why. The rooms of the stock have their own."""


def modules() -> list[Path]:
    """Return every module of Comptoir but its migrations."""
    found = sorted(COMPTOIR.rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts]


def named() -> list[Path]:
    return [path for path in modules() if path.stem != "__init__"]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(COMPTOIR).with_suffix("").parts)


def is_participle(name: str) -> bool:
    """Return whether a name, or the word on which it ends, is a participle or a gerund."""
    word = name.rpartition("_")[2]
    return word not in NOUNS and PARTICIPLES.search(word) is not None


def test_a_folder_holds_at_most_twenty_modules() -> None:
    folders = {path.parent for path in named()}
    sizes = {
        folder.relative_to(COMPTOIR).as_posix(): sum(p.parent == folder for p in named())
        for folder in folders
    }
    assert {
        folder: size
        for folder, size in sizes.items()
        if size > MOST_MODULES and folder not in ONE_A_FORMAT
    } == {}


def test_a_module_is_one_thing_and_no_mere_header() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in named()}
    assert [name_of(path) for path, count in lines.items() if count > MOST_LINES] == []
    short = [path for path, count in lines.items() if count < FEWEST_LINES]
    assert [name_of(path) for path in short if path.stem not in SMALL] == []


def test_no_module_is_named_by_a_participle() -> None:
    words = {name_of(path) for path in modules() if is_participle(path.stem)}
    folders = {path.parent.name for path in modules() if is_participle(path.parent.name)}
    assert words | folders == set()


@pytest.mark.parametrize(
    "name", ["applying", "asked", "told", "known_contacts", "standing", "feeds"]
)
def test_what_a_participle_is(name: str) -> None:
    assert is_participle(name) is (name in {"applying", "asked", "told"})


def test_no_format_shadows_a_module_of_python() -> None:
    formats = (COMPTOIR / "stock" / "formats").glob("*.py")
    assert {path.stem for path in formats} & sys.stdlib_module_names == set()


def changes_of(path: Path) -> Iterator[str]:
    """Yield by what a module changes data: calls that write, lock or open a transaction."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in WRITES:
            yield node.attr


@pytest.mark.parametrize("package", [name for name in DOMAIN if name != "stock"])
def test_operations_alone_change_data(package: str) -> None:
    folder = COMPTOIR / package
    others = [
        path
        for path in named()
        if path.is_relative_to(folder)
        and path.relative_to(folder).parts[0] not in {"operations", "operations.py", "qr.py"}
    ]
    writing = {name_of(path) for path in others if any(changes_of(path))}
    assert writing == {name for name in WRITERS if name.startswith(f"{package}.")}


def test_reads_and_fronts_open_no_transaction() -> None:
    found = []
    for path in named():
        parts = path.relative_to(COMPTOIR).parts
        if parts[0] in {"site", "counter"} or path.stem == "reads":
            found += [name_of(path) for change in changes_of(path) if change != "save"]
    assert found == []


@pytest.mark.parametrize("front", ["site", "counter"])
def test_a_front_has_one_module_a_screen(front: str) -> None:
    """A folder groups screens (the counter's tills); a screen is never a folder of its own."""
    deeper = {path.parent.name for path in (COMPTOIR / front).glob("*/*/*.py")}
    alone = {
        path.name
        for path in (COMPTOIR / front).iterdir()
        if path.is_dir() and len(list(path.glob("*.py"))) in {1, 2}
    }
    assert deeper | alone == set()


def test_rows_of_the_stock_are_read_by_name() -> None:
    """A row that is sliced by position says nothing, and a column more moves them all."""
    found = []
    for path in named():
        if not path.is_relative_to(COMPTOIR / "stock"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
                by_number = isinstance(node.slice, ast.Constant) and isinstance(
                    node.slice.value, int
                )
                sliced = isinstance(node.slice, ast.Slice)
                # The readers of tills' tables cut a row of cells to the columns that it may have.
                if node.value.id == "row" and (by_number or sliced) and path.stem != "unpack":
                    found.append(f"{name_of(path)}:{node.lineno}")
    assert found == []


def test_every_domain_package_keeps_its_shape() -> None:
    for package in DOMAIN:
        top = {path.stem for path in named() if path.parent == COMPTOIR / package}
        top |= {path.parent.name for path in modules() if path.parent.parent == COMPTOIR / package}
        assert top >= {"models", "apps"}, package
        # Whoever looks for a verb, a read or a mail finds it under one name and no other.
        assert not top & {"services", "verbs", "queries", "selectors", "actions", "views", "utils"}
        assert not {path.stem for path in named()} & {"utils", "helpers", "misc", "common"}
