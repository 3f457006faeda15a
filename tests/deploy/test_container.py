"""What can be said of the container and of the composition where no engine runs."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.fronts import DEPLOY, NAME

ROOT = DEPLOY.parent
SECRET = "a-secret"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


@pytest.fixture
def composed() -> dict[str, Any]:
    """The composition, with what `.env` says in its place."""
    said = {"COMPTOIR_SITE": NAME, "COMPTOIR_DATABASE_PASSWORD": SECRET}
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    text = re.sub(r"\$\{(\w+)(?::\?[^}]*)?\}", lambda found: said[found[1]], text)
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def test_the_composition_is_whole(composed: dict[str, Any]) -> None:
    services, volumes = composed["services"], set(composed["volumes"])
    assert set(services) == {"app", "database", "proxy"}
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            assert source in volumes or (DEPLOY / source).is_file()
    # What a proxy and a database are reached by, nobody else reaches.
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    build = services["app"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()


def test_the_database_is_the_one_that_the_application_asks(composed: dict[str, Any]) -> None:
    database = composed["services"]["database"]["environment"]
    url = composed["services"]["app"]["environment"]["DATABASE_URL"]
    assert url == (
        f"postgresql://{database['POSTGRES_USER']}:{SECRET}@database/{database['POSTGRES_DB']}"
    )
    assert database["POSTGRES_PASSWORD"] == SECRET
    assert database["POSTGRES_INITDB_ARGS"] == "--encoding=UTF8"


def test_a_password_that_is_not_given_is_asked_for() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert "${COMPTOIR_DATABASE_PASSWORD:?" in text
    assert "${COMPTOIR_SITE:?" in text


def test_every_variable_is_one_that_comptoir_reads(composed: dict[str, Any]) -> None:
    known = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    example = (DEPLOY / "comptoir.env.example").read_text(encoding="utf-8")
    named = set(composed["services"]["app"]["environment"])
    named |= set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    named |= set(re.findall(r"\b(COMPTOIR_[A-Z_]+)=", CONTAINERFILE))
    assert len(named) > 10
    assert [name for name in sorted(named) if f"`{name}`" not in known] == []


def test_the_container_is_made_of_a_release_alone() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", CONTAINERFILE, re.MULTILINE)
    assert [each.split() for each in copied] == [["dist/comptoir-*.whl", "dist/constraints.txt"]]
    for name in (".containerignore", ".dockerignore"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if not line.startswith("#")] == ["*", "!dist/"]
    version = re.search(r"^FROM \S+/python:([\d.]+)-", CONTAINERFILE, re.MULTILINE)
    assert version
    assert f'python_version = "{version[1]}"' in (ROOT / "pyproject.toml").read_text(
        encoding="utf-8"
    )


def test_its_steps_are_a_shell_s() -> None:
    (steps,) = re.findall(r"^RUN ((?:.*\\\n)*.*)$", CONTAINERFILE, re.MULTILINE)
    subprocess.run(["sh", "-n", "-c", steps], check=True)
    for step in steps.replace("\\\n", " ").split("&&"):
        name = shlex.split(step)[0]
        # The image has a Python of this name; this machine's may be called python3 alone.
        there = name.startswith("/opt/comptoir/bin/") or name == "python" or shutil.which(name)
        assert there, name


def test_the_healthcheck_tells_a_node_that_can_serve(composed: dict[str, Any], live_server) -> None:
    check = composed["services"]["app"]["healthcheck"]["test"]
    assert check[:3] == ["CMD", "python", "-c"]
    # Nothing but a node that serves answers 200: here no jobs run, and it says so.
    code = check[3].replace("http://127.0.0.1:8000", live_server.url)
    assert code != check[3]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=Path("/")
    )
    assert done.returncode == 1
    assert "HTTP Error 503" in done.stderr
