"""The agent in one file: it runs with nothing installed, and does the whole job."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from comptoir import __version__
from comptoir.agent.package import write_zipapp
from comptoir.stock.models import Report
from tests.agent.conftest import SIRET
from tests.api.client import secret_of
from tests.factories import make_product


@pytest.fixture
def zipped(tmp_path) -> Path:
    write_zipapp(tmp_path / "comptoir-agent.pyz")
    return tmp_path / "comptoir-agent.pyz"


def alone(zipped: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the file with the bare Python: no package of this environment, no variable of ours."""
    environment = {"PATH": os.environ["PATH"], "LANG": "fr_FR.UTF-8", "PYTHONUTF8": "1"}
    line = [sys.executable, "-E", "-S", str(zipped), *words]
    return subprocess.run(line, env=environment, capture_output=True, text=True)


def test_the_file_sends_what_a_till_exports(live_server, shop, folder, home, zipped):
    (folder / "stock.csv").write_text(f"ean;quantity\n{make_product().ean};2\n")
    told = ("--url", live_server.url, "--shop", SIRET, "--token", secret_of(shop))
    done = alone(zipped, "configure", "--home", str(home), *told, "--folder", str(folder))
    assert f"ce PC envoie pour «\xa0{shop.name}\xa0»" in done.stdout, done.stderr
    start = f"{sys.executable} {zipped} run --home {home}"
    assert start in done.stdout
    sent = alone(zipped, "once", "--home", str(home))
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert Report.objects.count() == 1


def test_the_file_says_its_version(zipped):
    assert __version__ in alone(zipped, "--version").stdout


def test_what_was_there_stays_when_it_cannot_be_written(tmp_path, monkeypatch):
    target = tmp_path / "comptoir-agent.pyz"
    target.write_bytes(b"before")
    monkeypatch.setattr("comptoir.agent.package._LIBRARIES", ("click", "no_such_library"))
    with pytest.raises(ModuleNotFoundError):
        write_zipapp(target)
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]
