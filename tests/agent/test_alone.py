"""The agent needs nothing of the server on a shop's PC, and is one at a time."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import pytest

from comptoir.agent.alone import AlreadyRunning, alone, is_running
from comptoir.agent.home import Config, default_home, is_safe, load, save
from comptoir.agent.words import WORDS

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "comptoir" / "agent"
_STARTS = """
import sys
sys.path[:0] = sys.argv[1:3]
from comptoir.agent.commands import agent
loaded = {name.partition(".")[0] for name in sys.modules}
assert not loaded & {"django", "psycopg", "granian", "tantivy"}, loaded
agent(["status", "--home", sys.argv[3]])
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT / "agent",
        check=True,
        capture_output=True,
    )
    return next(folder.glob("comptoir_agent-*.whl"))


def test_it_runs_with_nothing_but_its_own_package_and_click(wheel: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        # -S: no site-packages at all; of them only click is lent, by a link.
        [sys.executable, "-I", "-S", "-c", _STARTS, wheel, _only_click(tmp_path), tmp_path / "h"],
        capture_output=True,
        text=True,
        check=False,
        env={"LANG": "fr_FR.UTF-8", "PATH": os.environ["PATH"]},
    )
    assert "Rien n’est encore réglé" in done.stderr, done.stderr
    assert done.returncode == 1


def _only_click(folder: Path) -> Path:
    there = folder / "packages"
    there.mkdir()
    (there / "click").symlink_to(Path(click.__file__).parent)
    return there


def test_the_package_carries_little(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    code = [name for name in names if ".dist-info/" not in name]
    outside = {name for name in code if not name.startswith("comptoir/agent/")}
    assert outside == {
        "comptoir/__init__.py",
        "comptoir/_version.py",
        "comptoir/version.py",
        "comptoir/core/__init__.py",
        "comptoir/core/stillness.py",
    }
    assert sum(zipfile.ZipFile(wheel).getinfo(name).file_size for name in names) < 100_000


def test_the_command_prepares_no_database(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "comptoir", "agent", "status", "--home", tmp_path / "none"],
        env={**os.environ, "COMPTOIR_VAR": str(tmp_path / "var"), "DATABASE_URL": "nonsense"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "comptoir-agent configure" in done.stderr
    assert not (tmp_path / "var").exists()


def test_one_agent_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path):
        assert is_running(tmp_path)
        with pytest.raises(AlreadyRunning), alone(tmp_path):
            pass
    assert not is_running(tmp_path)


def test_the_token_is_for_its_user_only(tmp_path: Path) -> None:
    config = Config("https://comptoir.example", "librairie", "cpt_secret", "/export")
    save(config, tmp_path / "home")
    path = tmp_path / "home" / "config.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert load(tmp_path / "home") == config
    path.write_text("{")
    assert load(tmp_path / "home") is None


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://comptoir.example", True),
        ("http://127.0.0.1:8000", True),
        ("http://comptoir.example", False),
        ("ftp://comptoir.example", False),
        ("comptoir.example", False),
    ],
)
def test_a_token_goes_over_https_only(url: str, safe: bool) -> None:
    assert is_safe(url) is safe


@pytest.mark.parametrize(
    ("system", "end"),
    [
        ("win32", "comptoir-agent"),
        ("darwin", "Library/Application Support/comptoir-agent"),
        ("linux", ".local/state/comptoir-agent"),
    ],
)
def test_each_system_has_its_folder(system, end, monkeypatch) -> None:
    for name in ("COMPTOIR_AGENT_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", system)
    assert str(default_home()).endswith(end)


def test_every_word_is_said_in_both_languages() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py"))
    said = set(re.findall(r'\bsay\(\s*"(\w+)"', code)) | set(re.findall(r'"(found_\w+)"', code))
    families = set(re.findall(r'\bsay\(\s*f"(\w+_)\{', code))
    assert families == {"trouble_", "run_"}
    assert said <= WORDS.keys()
    chosen = {"sent", "was_refused", "files_one", "files_many", "lines_one", "lines_many"}
    unused = {name for name in WORDS.keys() - said - chosen if not name.startswith(tuple(families))}
    assert unused == set()
    fields = re.compile(r"\{(\w+)\}")
    for key, (english, french) in WORDS.items():
        assert english, key
        assert french, key
        assert set(fields.findall(english)) == set(fields.findall(french)), key
        assert not re.search(r"[^\xa0\d][:;?!](?!/)|'", french), f"{key}: {french}"
