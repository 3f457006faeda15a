"""`docs/operating.md` lists the variables and commands that the code has, no more and no less."""

import re
from pathlib import Path

import click

from comptoir.cli import LazyGroup, main
from comptoir.config.variables import INTERNAL, variables

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def test_variables() -> None:
    named = re.compile(r'"(COMPTOIR_[A-Z_0-9]+|DATABASE_URL|PORT)"')
    code = {
        name
        for path in (ROOT / "comptoir").rglob("*.py")
        for name in named.findall(path.read_text(encoding="utf-8"))
    }
    documented = set(re.findall(r"^\| `([A-Z_0-9]+)` \|", PAGE, re.MULTILINE))
    assert documented == code - INTERNAL


def test_the_table_is_that_of_the_settings() -> None:
    """`config/settings.toml` is what the code reads; the page shows it word by word."""
    rows = re.findall(r"^\| `([A-Z_0-9]+)` \|(.*)\| (.*) \|$", PAGE, re.MULTILINE)
    assert [(name, shown.strip(), meaning) for name, shown, meaning in rows] == [
        (each.name, each.shown, each.meaning) for each in variables().values()
    ]


def test_commands() -> None:
    assert isinstance(main, LazyGroup)
    context = click.Context(main)
    code = set()
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        code.add(name)
        if isinstance(command, click.Group):
            every = {below: command.get_command(context, below) for below in command.commands}
            code |= {f"{name} {below}" for below, one in every.items() if one and not one.hidden}
    documented = set()
    for row in re.findall(r"^\| (`comptoir [^|]+) \|", PAGE, re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", row)
        words = first.split()[1:]
        documented |= {words[0], " ".join(words)} | {f"{words[0]} {other}" for other in others}
    assert documented == code
