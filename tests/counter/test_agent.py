"""The till's PC: a manager gets the download and the line to paste; its token is shown once."""

import re
import shlex
import subprocess

import pytest
from django.test import Client

from comptoir.accounts.models import ApiToken
from comptoir.accounts.tokens import authenticate
from comptoir.counter.tills.programs import Program, System, line_for
from tests.counter.conftest import browser_of

PAGE = "/comptoir/pilori/caisses/pc"


@pytest.fixture
def files(settings, tmp_path):
    settings.AGENT_FILES = tmp_path
    settings.BASE_URL = "https://comptoir.example"
    return tmp_path


def line_of(page: str) -> str:
    from html import unescape

    found = re.search(r'<code class="copyable">(.*?)</code>', page, re.S)
    assert found, page
    return unescape(found[1])


def test_a_manager_gets_the_line_once(manager, shop, files) -> None:
    (files / "comptoir-agent.exe").write_bytes(b"MZ")
    desk = browser_of(manager)
    told = {"system": "windows", "folder": r"C:\Ma caisse\Export", "label": "PC du fond"}
    answer = desk.post(PAGE, told)
    line = line_of(answer.content.decode())
    assert "curl.exe -fLo" in line
    assert "https://comptoir.example/agent/comptoir-agent.exe" in line
    assert r"--folder 'C:\Ma caisse\Export'" in line
    secret = re.search(r"--token '?(cpt_[\w-]+)", line)[1]
    assert authenticate(secret).kind == "token"
    assert ApiToken.objects.get().label == "PC du fond"
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in desk.get(PAGE).content.decode()


def test_where_there_is_no_single_file_the_zip_file_does(manager, shop, files) -> None:
    (files / "comptoir-agent.pyz").write_bytes(b"PK")
    page = browser_of(manager).post(PAGE, {"system": "linux", "folder": "", "label": "Caisse"})
    line = line_of(page.content.decode())
    assert "python3 ~/comptoir-agent.pyz configure --url" in line
    assert "--folder" not in line
    assert "Python" in page.content.decode()


def test_an_installation_without_the_files_makes_no_token(manager, shop, files) -> None:
    answer = browser_of(manager).post(PAGE, {"system": "macos", "folder": "", "label": "Caisse"})
    assert answer.status_code == 200
    assert 'class="errorlist"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_second_pc_of_the_same_name_is_asked_for_another(manager, shop, files) -> None:
    (files / "comptoir-agent.pyz").write_bytes(b"PK")
    told = {"system": "linux", "folder": "/srv/export", "label": "Caisse"}
    desk = browser_of(manager)
    desk.post(PAGE, told)
    again = desk.post(PAGE, told)
    page = again.content.decode()
    assert again.status_code == 200
    assert 'class="errorlist"' in page
    assert "/srv/export" in page, "what was typed is still there"
    assert ApiToken.objects.count() == 1


def test_staff_see_the_page_and_make_no_token(staff, shop, files) -> None:
    (files / "comptoir-agent.pyz").write_bytes(b"PK")
    desk = browser_of(staff)
    assert '<form class="plain-form"' not in desk.get(PAGE).content.decode()
    told = {"system": "linux", "folder": "", "label": "Caisse"}
    assert desk.post(PAGE, told).status_code == 403
    assert not ApiToken.objects.exists()


@pytest.mark.django_db
def test_anybody_may_fetch_the_files_and_nothing_else(files) -> None:
    (files / "comptoir-agent-linux").write_bytes(b"ELF" * 1000)
    (files / "secret_key").write_text("secret")
    answer = Client().get("/agent/comptoir-agent-linux")
    assert b"".join(answer.streaming_content) == b"ELF" * 1000
    assert "attachment" in answer.headers["Content-Disposition"]
    for name in ("secret_key", "..%2Fsecret_key", "comptoir-agent.exe"):
        assert Client().get(f"/agent/{name}").status_code == 404


@pytest.mark.parametrize("folder", ["~/Caisse d’été", "/srv/it's; $(touch owned) `id`", '"x" & y'])
def test_a_folder_stays_one_word_of_the_shell(settings, tmp_path, folder) -> None:
    settings.BASE_URL = "https://comptoir.example"
    program = Program(System.LINUX, "comptoir-agent-linux")
    line = line_for(program, shop="pilori", token="cpt_x", folder=folder)
    configure = line.partition(" configure ")[2]
    assert shlex.split(configure)[-1] == folder
    told = subprocess.run(
        ["sh", "-c", f"printf '%s\\n' {configure}"], capture_output=True, text=True, cwd=tmp_path
    )
    assert told.stdout.splitlines()[-1] == folder
    assert list(tmp_path.iterdir()) == []


def test_an_apostrophe_ends_no_word_of_powershell(settings) -> None:
    """PowerShell takes a doubled apostrophe as one, and curly ones for straight ones."""
    program = Program(System.WINDOWS, "comptoir-agent.exe")
    line = line_for(program, shop="pilori", token="cpt_x", folder="C:\\d'été d’hiver; $x")
    assert line.endswith("--folder 'C:\\d''été d’’hiver; $x'")


@pytest.mark.parametrize(
    ("folder", "told"),
    [
        ("C:\\Ma caisse\\", "C:\\Ma caisse"),
        ("D:\\", "D:\\"),
        ("\\\\pc\\Mes ventes\\", "\\\\pc\\Mes ventes"),
        ('"C:\\Ma caisse\\Export"', "C:\\Ma caisse\\Export"),
        ('C:\\a" --url "http://other.example', "C:\\a --url http://other.example"),
    ],
)
def test_no_backslash_and_no_quotation_mark_splits_a_folder_of_windows(
    settings, folder, told
) -> None:
    """Windows PowerShell 5.1 gives `"C:\\Ma caisse\\"` on with a quotation mark in its name."""
    program = Program(System.WINDOWS, "comptoir-agent.exe")
    line = line_for(program, shop="pilori", token="cpt_x", folder=folder)
    assert line.endswith(f"--folder '{told}'")
