"""A drop folder that is not there, or cannot be read, is said once and stops nothing else."""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from comptoir.config import health
from comptoir.stock.arrivals.drop import DropFolder, trouble_with
from tests.factories import make_product, make_shop
from tests.stock.test_drop import put

AS_NOBODY = """
import os, sys
from pathlib import Path
import django
django.setup()
from comptoir.stock.arrivals.drop import trouble_with
os.setuid(65534)
print(*(path for path, _why in trouble_with(Path(sys.argv[1]))))
"""

pytestmark = pytest.mark.django_db


def test_a_folder_that_is_not_there_is_said_once_and_read_when_it_is(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_shop(slug="librairie", siret="73282932000074")
    folder = tmp_path / "drop"
    watching = DropFolder(folder, settle_seconds=0.0)
    with caplog.at_level(logging.WARNING, logger="comptoir"):
        assert [watching.look() for _ in range(3)] == [0, 0, 0]
        (told,) = caplog.messages
        assert str(folder) in told
        put(folder / "librairie", **{make_product().ean: 1})
        assert watching.look() + watching.look() == 1
    assert "can be read again" in caplog.messages[1]
    assert len(caplog.messages) == 2


def test_health_tells_it_until_it_is_mended(tmp_path: Path, settings) -> None:
    settings.DROP_FOLDER = tmp_path / "drop"
    assert any("drop folder" in told for told in health.problems().warnings)
    assert str(tmp_path) not in str(health.problems().warnings)
    settings.DROP_FOLDER.mkdir()
    assert not any("drop folder" in told for told in health.problems().warnings)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_shops_folder_that_is_closed_to_us_is_named() -> None:
    folder = Path(tempfile.mkdtemp(prefix="comptoir-drop-"))
    folder.chmod(0o755)
    for name in ("closed", "open"):
        (folder / name).mkdir()
        (folder / name).chmod(0o700 if name == "closed" else 0o777)
    assert trouble_with(folder) == []
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "comptoir.config.settings"},
    )
    shutil.rmtree(folder)
    assert done.stdout.split() == [str(folder / "closed")], done.stderr
