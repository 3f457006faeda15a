"""`docs/operating.md` lists the variables and commands that the code has, no more and no less."""

import re
from pathlib import Path

import click

from comptoir.cli import LazyGroup, main

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
INTERNAL = {
    *("COMPTOIR_SUPERVISOR", "COMPTOIR_EMBEDDED", "COMPTOIR_SERVED_PORT", "COMPTOIR_SOCKETS"),
    *("COMPTOIR_FORMER", "COMPTOIR_READY"),
}


def test_variables() -> None:
    named = re.compile(r'"(COMPTOIR_[A-Z_]+|DATABASE_URL|PORT)"')
    code = {
        name
        for path in (ROOT / "comptoir").rglob("*.py")
        for name in named.findall(path.read_text(encoding="utf-8"))
    }
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE))
    assert documented == code - INTERNAL


def test_commands() -> None:
    assert isinstance(main, LazyGroup)
    context = click.Context(main)
    code = set()
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        code.add(name)
        if isinstance(command, click.Group):
            code |= {f"{name} {below}" for below in command.list_commands(context)}
    documented = set()
    for row in re.findall(r"^\| (`comptoir [^|]+) \|", PAGE, re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", row)
        words = first.split()[1:]
        documented |= {words[0], " ".join(words)} | {f"{words[0]} {other}" for other in others}
    assert documented == code
