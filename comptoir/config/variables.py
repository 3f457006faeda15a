"""The values of the settings, as `settings.toml` says which there are and what each may be.

No Django: this comes before its settings, and tells what is wrong with them.
"""

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "COMPTOIR_"
INTERNAL = frozenset(
    {
        *("COMPTOIR_SUPERVISOR", "COMPTOIR_EMBEDDED", "COMPTOIR_SERVED_PORT", "COMPTOIR_SOCKETS"),
        *("COMPTOIR_FORMER", "COMPTOIR_READY", "COMPTOIR_TEST_SERVER"),
    }
)
"""What our own processes tell each other."""

_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_NAME = re.compile(r"\*|\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)
_TILES = re.compile(
    r"https?://(\{s\}\.)?([a-z0-9-]+(\.[a-z0-9-]+)*)(:\d{1,5})?/[a-z0-9{}/.,:;@?=&%_+~-]*",
    re.IGNORECASE,
)
_PICTURES = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+")


class BadSetting(ValueError):
    """A setting has a value that it cannot have. `kind` says what it may be, between `least` and
    `most` where it is a number; `value` is what was found."""

    def __init__(self, variable: "Variable", value: str) -> None:
        super().__init__(f"{variable.name}: “{value}” is no {variable.kind}.")
        self.name, self.value, self.variable = variable.name, value, variable


@dataclass(frozen=True, slots=True)
class Variable:
    """One setting: its name, the kind of its value, its default as it would be written, what the
    documentation shows of that, and what it is."""

    name: str
    kind: str
    default: str
    shown: str
    meaning: str
    least: int = 0
    most: int | None = None


@cache
def variables() -> dict[str, Variable]:
    """Return every setting by its name, in the order of the documentation."""
    text = Path(__file__).with_name("settings.toml").read_text(encoding="utf-8")
    return {
        name: Variable(
            name=name,
            kind=facts["kind"],
            default=facts.get("default", ""),
            shown=facts.get("shown", facts.get("default", "")),
            meaning=facts["is"],
            least=facts.get("least", 0),
            most=facts.get("most"),
        )
        for name, facts in tomllib.loads(text).items()
    }


def text(name: str) -> str:
    """Return the value of a setting as it is written, or its default. Raises `BadSetting`."""
    value = os.environ.get(name, variables()[name].default)
    check_value(name, value)
    return value


def folder() -> Path:
    """Return the folder of this node's data (`COMPTOIR_VAR`)."""
    return Path(text("COMPTOIR_VAR") or "var").resolve()


def check_value(name: str, value: str) -> None:
    """Raise `BadSetting` where a setting cannot have this value; no setting, anything."""
    variable = variables().get(name)
    if variable and value and not _is_right(variable, value):
        raise BadSetting(variable, value)


def number(name: str) -> int:
    """Return a number; where it is empty, its default. Raises `BadSetting`."""
    return int(text(name).strip() or variables()[name].default)


def flag(name: str) -> bool:
    """Return whether a setting is on; empty, it is its default. Raises `BadSetting`."""
    return (text(name).strip() or variables()[name].default).lower() in _YES


def names(name: str) -> tuple[str, ...]:
    """Return the parts of a list by commas, in lower case. Raises `BadSetting`."""
    return tuple(_parts(text(name)))


def bad_settings() -> Iterator[BadSetting]:
    """Yield what is wrong with each value of this process."""
    for name in variables():
        try:
            text(name)
        except BadSetting as error:
            yield error


def unknown_names() -> list[str]:
    """Return the names of this process that look like a setting's and are none."""
    known = variables().keys() | INTERNAL
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)


def _is_right(variable: Variable, value: str) -> bool:
    value = value.strip()
    match variable.kind:
        case "number":
            most = variable.most
            return not value or (
                re.fullmatch(r"\d{1,9}", value, re.ASCII) is not None
                and variable.least <= int(value) <= (int(value) if most is None else most)
            )
        case "keys":
            return all(len(part.strip()) >= 32 for part in value.split(",") if part.strip())
        case "flag":
            return not value or value.lower() in _YES | _NO
        case "networks":
            return all(map(_is_network, _parts(value)))
        case "hosts":
            return all(_PICTURES.fullmatch(part) for part in _parts(value))
        case "names":
            return all(_NAME.fullmatch(part) for part in _parts(value))
        case "address":
            return not value or _is_address(value)
        case "tiles":
            return not value or (
                _TILES.fullmatch(value) is not None
                and all(part in value for part in ("{z}", "{x}", "{y}"))
            )
        case "level":
            return value in _LEVELS
        case "mailbox" | "sender":
            return not value or _is_mailbox(parseaddr(value)[1])
    return True


def _parts(value: str) -> list[str]:
    return [part.strip().lower() for part in value.split(",") if part.strip()]


def _is_network(value: str) -> bool:
    try:
        ip_network(value)
    except ValueError:
        return False
    return True


def _is_address(value: str) -> bool:
    """Return whether a value is `http(s)://host[:port]`: a path would be part of no link."""
    try:
        found = urlsplit(value)
        port_is_right = found.port is None or found.port > 0
    except ValueError:
        return False
    return bool(
        port_is_right
        and found.scheme in ("http", "https")
        and found.hostname
        and not re.search(r"[\s@?#]", value)
        and found.path in ("", "/")
    )


def _is_mailbox(value: str) -> bool:
    return re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", value) is not None
