"""The environment file: the settings of an installation, where the unit and the command find them.

`KEY=value` lines, of the syntax that systemd reads (`EnvironmentFile=`, systemd.exec(5)) what both
read alike; what they would read otherwise is refused. No Django: this comes before the settings.
"""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

DEFAULT = Path("/etc/comptoir/comptoir.env")
NAMED_BY = "COMPTOIR_ENV"
SUPERVISED = "COMPTOIR_SUPERVISOR"
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")  # Python's own `splitlines` ends lines at other signs, too.
_ESCAPED = '"\\`$'
_PLAIN = re.compile(r"[^\s'\"\\$`#;][^\\\n]*\Z")


class BadFile(Exception):
    """A file of settings that is not read. `why` is one of `no_file`, `not_allowed`, `no_text`,
    `no_key`, `bad_key`, `open_quote`, `after_quote`, `backslash`, `sign`; `line` is None where it
    is the file, `text` is the key or what the system said: never a value, which may be secret."""

    def __init__(self, path: Path, why: str, line: int | None = None, text: str = "") -> None:
        super().__init__(f"{path}: {why}")
        self.path, self.why, self.line, self.text = path, why, line, text


def parse(text: str, path: Path) -> dict[str, str]:
    """Return the settings of a file's text. The last line of a key counts, as for systemd.

    A line is `KEY=value`, `KEY="value"` (where a backslash stands before `"`, `\\`, `` ` `` and
    `$`), `KEY='value'`, a comment (`#` or `;` first) or empty. Raises `BadFile`.
    """
    found = {}
    for number, line in enumerate(text.split("\n"), 1):
        written = line.strip()
        if not written or written[0] in "#;":
            continue
        key, sign, value = written.partition("=")
        key = key.rstrip()
        if not sign:
            raise BadFile(path, "no_key", number)
        if not _KEY.match(key):
            raise BadFile(path, "bad_key", number, key[:40])
        if _CONTROL.search(value):
            raise BadFile(path, "sign", number, key)
        found[key] = _value(value.strip(), path, number, key)
    return found


def read(path: Path) -> dict[str, str]:
    """Return the settings of a file. Raises `BadFile`."""
    try:
        return parse(path.read_text(encoding="utf-8"), path)
    except PermissionError as error:
        raise BadFile(path, "not_allowed") from error
    except UnicodeDecodeError as error:
        raise BadFile(path, "no_text") from error
    except OSError as error:
        raise BadFile(path, "no_file", text=error.strerror or "") from error


def where(named: str | None = None, *, usual: bool = True) -> Path | None:
    """Return the file that is to be read, if any: the one named, else `COMPTOIR_ENV`, else (where
    it is `usual`, and the process knows neither its database nor its folder) the default one.

    An empty `COMPTOIR_ENV` says that no file is read. What the supervisor started was told
    everything already.
    """
    if SUPERVISED in os.environ and not named:
        return None
    chosen = named or os.environ.get(NAMED_BY)
    if chosen is not None:
        return Path(chosen).absolute() if chosen else None
    if not usual or "DATABASE_URL" in os.environ or "COMPTOIR_VAR" in os.environ:
        return None
    try:
        return DEFAULT if DEFAULT.exists() else None
    except PermissionError:  # its folder is closed to this user
        return DEFAULT


def take(path: Path) -> None:
    """Put the settings of a file into this process and those that it starts; what the process was
    given before wins. Raises `BadFile`."""
    for key, value in read(path).items():
        os.environ.setdefault(key, value)
    os.environ[NAMED_BY] = str(path)


def line_of(key: str, value: str) -> str:
    """Return the line that says a value, which `parse` and systemd read back. Raises `ValueError`
    for a value that no line can hold."""
    if _CONTROL.search(value):
        raise ValueError(key)
    if _PLAIN.match(value) and value == value.strip():
        return f"{key}={value}\n"
    if not value:
        return f"{key}=\n"
    return f'{key}="' + re.sub(r'(["\\`$])', r"\\\1", value) + '"\n'


def changed(text: str, path: Path, values: Mapping[str, str]) -> str:
    """Return a file's text with these values: lines that say the same, comments and everything
    else stay as they are; what is new comes last. Raises `BadFile`, `ValueError`."""
    old, left, lines = parse(text, path), dict(values), []
    for line in _LINE.findall(text):
        key = line.partition("=")[0].strip()
        if "=" in line and key in values and line.strip()[0] not in "#;":
            if old[key] != values[key]:
                line = line_of(key, values[key]) if key in left else ""
            left.pop(key, None)
        lines.append(line)
    if lines and lines[-1] and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return "".join(lines) + "".join(line_of(key, value) for key, value in left.items())


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all. Its owner, and the group that it had, may read it: it holds
    secrets. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = path.stat() if path.exists() else None
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if known:
            if (known.st_uid, known.st_gid) != (os.geteuid(), os.getegid()):
                os.chown(name, known.st_uid, known.st_gid)
            os.chmod(name, known.st_mode & 0o640 | 0o600)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _value(value: str, path: Path, number: int, key: str) -> str:
    quote = value[:1]
    if quote not in ("'", '"'):
        if "\\" in value:
            raise BadFile(path, "backslash", number, key)
        return value
    inner, ended, at = [], False, 1
    while at < len(value):
        char = value[at]
        if char == quote:
            ended = True
            break
        if char == "\\" and quote == '"':
            # systemd takes the backslash away before these alone.
            following = value[at + 1 : at + 2]
            inner.append(following if following and following in _ESCAPED else f"\\{following}")
            at += 2
            continue
        inner.append(char)
        at += 1
    if not ended:
        raise BadFile(path, "open_quote", number, key)
    if value[at + 1 :].strip():
        raise BadFile(path, "after_quote", number, key)
    return "".join(inner)
