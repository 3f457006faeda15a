"""The agent's files that this installation hands out, and the line that sets one up on a PC.

They lie in `settings.AGENT_FILES`: the zip file that `comptoir serve` writes there, and the single
files that whoever runs the installation put beside it (docs/agent.md).
"""

import shlex
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

ZIPAPP = "comptoir-agent.pyz"


class System(TextChoices):
    """What the till's PC runs."""

    WINDOWS = "windows", _("Windows")
    MACOS = "macos", _("macOS")
    LINUX = "linux", _("Linux")


_FILES = {
    System.WINDOWS: "comptoir-agent.exe",
    System.MACOS: "comptoir-agent-macos",
    System.LINUX: "comptoir-agent-linux",
}


@dataclass(frozen=True, slots=True)
class Program:
    """The file for a system; `needs_python` where it is the zip file."""

    system: System
    name: str

    @property
    def needs_python(self) -> bool:
        """Whether the PC must have Python 3.11 or newer."""
        return self.name == ZIPAPP

    @property
    def url(self) -> str:
        """Its public address."""
        return settings.BASE_URL.rstrip("/") + reverse("agent_file", args=[self.name])


def program_for(system: System) -> Program | None:
    """Return the file for a system: its own, else the zip file, None when there is neither."""
    found = (name for name in (_FILES[system], ZIPAPP) if file_of(name))
    name = next(found, None)
    return Program(system, name) if name else None


def file_of(name: str) -> Path | None:
    """Return the file of one of the names handed out, None for any other."""
    path = Path(settings.AGENT_FILES, name)
    return path if name in {ZIPAPP, *_FILES.values()} and path.is_file() else None


def line_for(program: Program, *, shop: str, token: str, folder: str) -> str:
    """Return the one line that downloads the agent on a PC and configures it: for PowerShell, or
    for the shell of macOS and Linux. Whatever the folder is called, it stays one word."""
    windows = program.system is System.WINDOWS
    quote = _for_powershell if windows else shlex.quote
    folder = _as_windows_has_it(folder) if windows else folder
    told = {"url": settings.BASE_URL.rstrip("/"), "shop": shop, "token": token, "folder": folder}
    words = " ".join(f"--{name} {quote(value)}" for name, value in told.items() if value)
    if windows:
        place = f'"$HOME\\{program.name}"'
        start = f"py {place}" if program.needs_python else f"& {place}"
        return f"curl.exe -fLo {place} {program.url}; {start} configure {words}"
    place = f"~/{program.name}"
    start = f"python3 {place}" if program.needs_python else f"chmod +x {place} && {place}"
    return f"curl -fLo {place} {program.url} && {start} configure {words}"


def _as_windows_has_it(folder: str) -> str:
    """Return a folder without quotation marks (Explorer copies them along; no name has one) and,
    but for that of a drive, without a backslash at its end: Windows PowerShell 5.1 puts a name with
    a blank between quotation marks, of which the backslash would make the last one a letter."""
    plain = folder.replace('"', "").strip()
    short = plain.rstrip("\\")
    return short if len(short) > len("C:") else plain


def _for_powershell(word: str) -> str:
    """Return a word as PowerShell reads it whole: only apostrophes end it, straight or curly."""
    for apostrophe in "'‘’‚‛":
        word = word.replace(apostrophe, apostrophe * 2)
    return f"'{word}'"
