"""Every message of every package has its French."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
APPS = sorted(
    path.parent.name
    for path in (ROOT / "comptoir").glob("*/apps.py")
    if path.parent.name != "config"
)


@pytest.fixture(scope="module", autouse=True)
def gettext_tools() -> None:
    """Skip with one line where xgettext is missing; fail where CI promises it."""
    if shutil.which("xgettext") is None:
        reason = "xgettext is not installed: the catalogues are not checked"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.mark.parametrize("app", APPS)
def test_the_french_catalogue_is_complete(app: str, tmp_path: Path) -> None:
    copy = tmp_path / app
    shutil.copytree(
        ROOT / "comptoir" / app, copy, ignore=shutil.ignore_patterns("*.mo", "__pycache__")
    )
    (copy / "locale" / "fr" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "django",
            "makemessages",
            "-l",
            "fr",
            "--no-location",
            "--no-wrap",
        ],
        cwd=copy,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "django.conf.global_settings"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert not done.returncode, done.stderr
    source = copy / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    if not source.exists():
        return
    with source.open("rb") as file:
        catalogue = read_po(file, locale="fr")
    missing = [message.id for message in catalogue if message.id and not _is_translated(message)]
    assert not missing, f"{len(missing)} messages of {app} have no French: {missing[:5]}"


def _is_translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    return not message.fuzzy and all(texts)
