"""The environment file: what systemd and the command read alike, and what is refused."""

import os
import stat
from pathlib import Path

import pytest

from comptoir import environment
from comptoir.environment import BadFile, changed, line_of, parse, where, write

FILE = Path("a.env")
NEVER = ("COMPTOIR_ENV", "COMPTOIR_SUPERVISOR", "DATABASE_URL", "COMPTOIR_VAR")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=plain", "plain"),
        ("  A = plain  ", "plain"),
        ("A=", ""),
        ("A=Comptoir <a@b.example>", "Comptoir <a@b.example>"),
        ("A=one # two", "one # two"),
        ("A=l'été", "l'été"),
        ("A='a \"b\" \\ c $d'", 'a "b" \\ c $d'),
        (r'A="a \"b\" \\ \$c \n"', r'a "b" \ $c \n'),
        ("A=x=y", "x=y"),
        ("A=first\nA=last", "last"),
        ("# A=no\n; A=no\n\nA=yes\r", "yes"),
    ],
)
def test_a_line_is_read_as_systemd_reads_it(line: str, value: str) -> None:
    assert parse(line, FILE) == {"A": value}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nonsense", "no_key"),
        ("export A=1", "bad_key"),
        ("1A=1", "bad_key"),
        ("A='open", "open_quote"),
        ('A="open\\"', "open_quote"),
        ("A='one' two", "after_quote"),
        ("A=a\\b", "backslash"),
        ("A=a\x07b", "sign"),
    ],
)
def test_what_would_be_read_otherwise_is_refused(line: str, why: str) -> None:
    with pytest.raises(BadFile) as caught:
        parse(f"# first\n{line}\n", FILE)
    assert (caught.value.why, caught.value.line) == (why, 2)
    assert "open" not in caught.value.text


@pytest.mark.parametrize(
    "value",
    ["", "x", " x ", "a'b\"c", "\\", "$HOME", "#x", "l’été\u202f: «\u00a0oui\u00a0»", "`x`"],
)
def test_what_is_written_is_read_back(value: str) -> None:
    assert parse(line_of("A", value), FILE) == {"A": value}


def test_a_value_of_several_lines_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="A"):
        line_of("A", "one\nB=two")


def test_only_what_changes_is_changed() -> None:
    text = "# mine\nA='1'\nB=2\n\nC = 3\nB=4"
    assert changed(text, FILE, {"A": "1", "B": "5", "D": "x y"}) == (
        "# mine\nA='1'\nB=5\n\nC = 3\nD=x y\n"
    )


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\u2029"])
def test_only_a_line_feed_ends_a_line(sign: str) -> None:
    """As `parse` and systemd have it: what stands behind another sign is no setting."""
    text = f"# mine{sign}A=old\nB=x{sign}A=2\nA=1\n"
    assert changed(text, FILE, {"A": "new"}) == f"# mine{sign}A=old\nB=x{sign}A=2\nA=new\n"


def test_a_file_is_written_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "comptoir.env"
    write(path, "A=1\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    write(path, "A=2\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in path.parent.iterdir()] == ["comptoir.env"]


def test_which_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = tmp_path / "usual.env"
    monkeypatch.setattr(environment, "DEFAULT", usual)
    for name in NEVER:
        monkeypatch.delenv(name, raising=False)
    assert where() is None
    usual.touch()
    assert where() == usual
    assert where(usual=False) is None
    monkeypatch.setenv("COMPTOIR_VAR", "x")
    assert where() is None
    monkeypatch.delenv("COMPTOIR_VAR")
    monkeypatch.setenv("COMPTOIR_ENV", "")
    assert where() is None
    monkeypatch.setenv("COMPTOIR_ENV", "/named.env")
    assert where() == Path("/named.env")
    assert where("/typed.env") == Path("/typed.env")
    monkeypatch.setenv("COMPTOIR_SUPERVISOR", str(os.getpid()))
    assert where() is None


def test_what_the_process_was_given_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.env"
    path.write_text("A_SETTING=file\nB_SETTING=file\n")
    monkeypatch.setenv("A_SETTING", "process")
    monkeypatch.setenv("B_SETTING", "to be undone")
    monkeypatch.delenv("B_SETTING")
    monkeypatch.setenv("COMPTOIR_ENV", "")
    environment.take(path)
    assert (os.environ["A_SETTING"], os.environ["B_SETTING"]) == ("process", "file")
    monkeypatch.setenv("B_SETTING", "")
