"""Where the agent keeps its things on this PC, and what it was told once."""

import json
import os
import sys
from dataclasses import asdict, dataclass, field, fields
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What the files whose names match a pattern are; an empty mode or format: as they say."""

    pattern: str = "*"
    mode: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """What the shop said once; times in seconds. The first rule that fits a name counts; the
    certificate is a file (PEM) that this PC trusts beside what its system trusts."""

    url: str
    shop: str
    token: str
    folder: str
    rules: list[Rule] = field(default_factory=lambda: [Rule()])
    language: str = ""
    certificate: str = ""
    scan_seconds: float = 0.25
    settle_seconds: float = 2.0
    first_wait: float = 1.0
    longest_wait: float = 300.0

    def rule_for(self, name: str) -> Rule | None:
        """Return the rule of a file, or None when the shop does not want it sent."""
        return next(
            (rule for rule in self.rules if fnmatch(name.lower(), rule.pattern.lower())), None
        )


def default_home() -> Path:
    """Return where the agent keeps its things unless it is told: `COMPTOIR_AGENT_HOME`, else the
    usual place."""
    named = os.environ.get("COMPTOIR_AGENT_HOME")
    return Path(named) if named else usual_home()


def usual_home() -> Path:
    """Return the user's own folder for the agent's things, as each system has it."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "comptoir-agent"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "comptoir-agent"
    return Path(os.environ.get("XDG_STATE_HOME", Path.home() / ".local/state")) / "comptoir-agent"


def is_safe(url: str) -> bool:
    """Return whether a token may be sent there: over https, or to this very machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    )


def save(config: Config, home: Path) -> None:
    """Write the configuration, whole or not at all, for this user's eyes only."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    path, unfinished = home / "config.json", home / "config.json.tmp"
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(config), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def load(home: Path) -> Config | None:
    """Return the configuration, None when there is none (or none that can be read)."""
    try:
        found: dict[str, Any] = json.loads((home / "config.json").read_text(encoding="utf-8"))
        known = {one.name for one in fields(Config)}
        values = {name: value for name, value in found.items() if name in known}
        values["rules"] = [Rule(**rule) for rule in values.get("rules", [])] or [Rule()]
        return Config(**values)
    except (OSError, ValueError, TypeError):
        return None


def program() -> list[str]:
    """Return the words that start this agent again: a file of its own, a zip file that a Python
    runs, or what pip installed."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    started = str(Path(sys.argv[0]).absolute())
    return [sys.executable, started] if started.endswith(".pyz") else [started]


def run_command() -> str:
    """Return what somebody types to start this agent now; on Windows, in PowerShell, where a text
    in quotation marks is run by `&` alone."""
    words = [*program(), "run"]
    told = " ".join(f'"{word}"' if " " in word else word for word in words)
    return f"& {told}" if sys.platform == "win32" and told.startswith('"') else told
