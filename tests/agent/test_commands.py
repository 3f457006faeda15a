"""The agent's command line, as a bookseller uses it."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comptoir.agent.commands import agent as command
from comptoir.agent.commands import start_line
from comptoir.agent.home import load, run_command
from comptoir.stock.models import Report
from tests.agent.conftest import SIRET
from tests.answering import answering, reply
from tests.api.client import secret_of
from tests.factories import make_product
from tests.patience import PATIENCE_SECONDS, until


def call(home: Path, *words: str, given: str = "") -> Result:
    done = CliRunner().invoke(command, [words[0], "--home", str(home), *words[1:]], input=given)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def configure(home: Path, url: str, folder: Path, token: str = "cpt_none", *more: str) -> Result:
    told = ("--url", url, "--shop", SIRET, "--token", token, "--folder", str(folder))
    return call(home, "configure", *told, *more)


def plain(done: Result) -> str:
    return done.output.replace("\xa0", " ")


def test_it_is_configured_in_one_line_and_says_what_it_found(live_server, shop, folder, home):
    (folder / "stock.csv").write_text("ean;quantity\n")
    done = configure(home, live_server.url, folder, secret_of(shop), "--delta", "D*.csv")
    assert done.exit_code == 0
    assert f"ce PC envoie pour « {shop.name} »" in plain(done)
    assert f"Fichiers de la caisse dans {folder} : 0." in plain(done)
    *_found, with_pc, first, now, second = done.output.splitlines()
    assert "démarrera avec le PC" in with_pc
    assert first.startswith("    ")
    assert "démarre maintenant" in now
    # It is pasted as it stands: a line of its own, for this very home.
    assert second == f'    {run_command()} --home "{home}"'
    config = load(home)
    assert [(rule.pattern, rule.mode) for rule in config.rules] == [("D*.csv", "delta")]


def test_the_token_is_asked_for_and_not_shown(live_server, shop, folder, home):
    token = secret_of(shop)
    words = ("--url", live_server.url, "--shop", SIRET, "--folder", str(folder))
    done = call(home, "configure", *words, given=f"{token}\n")
    assert "Jeton de la boutique" in done.output
    assert token not in done.output
    assert load(home).token == token


def test_what_is_wrong_is_said_at_once(live_server, shop, folder, home, tmp_path):
    url = live_server.url
    assert "ne connaît pas ce jeton" in plain(configure(home, url, folder))
    assert "https://" in plain(configure(home, "http://comptoir.example", folder))
    assert "ne répond pas pour l’instant" in plain(configure(home, "http://127.0.0.1:9", folder))
    gone = configure(home, url, tmp_path / "gone", secret_of(shop))
    assert gone.exit_code == 1
    assert "ne peut pas être lu" in plain(gone)


@pytest.mark.parametrize(
    ("status", "headers"), [(200, {}), (302, {"Location": "http://127.0.0.1:1/"}), (404, {})]
)
def test_a_page_on_the_way_is_not_comptoir(folder, home, status, headers):
    seen = []

    def hotel(handler) -> None:
        seen.append(handler.path)
        reply(handler, status, b"<html>Welcome to our hotel</html>", **headers)

    with answering(hotel) as url:
        assert "ce n’est pas Comptoir qui répond" in plain(configure(home, url, folder))
    assert len(seen) == 1


def test_once_sends_what_is_there_and_says_so(configured, folder, home, capsys):
    configured(scan_seconds=0.02, settle_seconds=0.05)
    (folder / "stock.csv").write_text(f"ean;quantity\n{make_product().ean};2\n")
    done = call(home, "once")
    assert done.exit_code == 0
    assert "1 titre, tout est à jour." in plain(done)
    assert Report.objects.count() == 1


def test_once_ends_with_1_when_something_waits(configured, folder, home):
    configured(url="http://127.0.0.1:9")
    (folder / "stock.csv").write_text(f"ean;quantity\n{make_product().ean};2\n")
    done = call(home, "once")
    assert done.exit_code == 1
    assert "La connexion est coupée depuis 0 s, 1 fichier attend." in plain(done)


def test_status_speaks_english_too(configured, home, monkeypatch):
    configured(language="en")
    monkeypatch.setattr(sys, "argv", ["/opt/a b/comptoir-agent"])
    done = call(home, "status")
    assert done.exit_code == 1
    assert 'is not running: start it with “"/opt/a b/comptoir-agent" run”.' in done.output
    assert "The till has not exported anything" in done.output


def test_it_runs_until_it_is_told_to_stop_and_alone(configured, folder, home):
    configured(settle_seconds=0.1)
    (folder / "stock.csv").write_text(f"ean;quantity\n{make_product().ean};2\n")
    command_line = [sys.executable, "-m", "comptoir", "agent", "run", "--home", home]
    process = subprocess.Popen(command_line, env={**os.environ, "LANG": "fr_FR.UTF-8"})
    try:
        until(Report.objects.exists)
        assert Report.objects.count() == 1
        assert "tourne déjà" in call(home, "once").output
        until(lambda: "tout est à jour" in call(home, "status").output)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.wait()
    log = (home / "agent.log").read_text(encoding="utf-8")
    assert "stock.csv" in log
    assert load(home).token not in log


def test_the_line_that_starts_it_bears_blanks_and_a_second_home(tmp_path):
    program, usual = r"C:\Program Files\agent.exe", r"C:\Users\Ma caisse\comptoir-agent"
    first = rf'"\"{program}\" run --home \"{usual}\""'
    started = "schtasks --% /create /sc onlogon /tn "  # `--%`: PowerShell takes it as it stands
    assert start_line([program], usual, usual, "win32") == f'{started}"Comptoir" /tr {first}'
    second = start_line([program], r"D:\Caisse 2", usual, "win32")
    assert second.startswith(f'{started}"Comptoir D-Caisse 2" /tr ')
    assert second.endswith(r'--home \"D:\Caisse 2\""')
    line = start_line(["/opt/a b/agent"], "/srv/it's 100%", "/srv/x", "linux")
    crontab = tmp_path / "crontab"
    crontab.write_text('#!/bin/sh\n[ "$1" = - ] && cat || true\n')
    crontab.chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    written = subprocess.run(line, shell=True, env=path, capture_output=True, text=True)
    words = shlex.split(written.stdout.replace(r"\%", "%"))
    assert words == ["@reboot", "/opt/a b/agent", "run", "--home", "/srv/it's 100%"]
    zipped = start_line([r"C:\Python 3\python.exe", program + "z"], usual, usual, "win32")
    assert rf'/tr "\"C:\Python 3\python.exe\" \"{program}z\" run' in zipped


def test_powershell_runs_a_program_in_quotation_marks(monkeypatch):
    monkeypatch.setattr(sys, "argv", [r"C:\Users\Ma caisse\comptoir-agent.exe"])
    monkeypatch.setattr(sys, "executable", r"C:\Users\Ma caisse\comptoir-agent.exe")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    assert run_command() == r'& "C:\Users\Ma caisse\comptoir-agent.exe" run'
    monkeypatch.setattr(sys, "executable", r"C:\caisse\comptoir-agent.exe")
    assert run_command() == r"C:\caisse\comptoir-agent.exe run"


def test_it_says_the_command_that_starts_this_very_agent(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/opt/comptoir-agent.pyz"])
    assert run_command() == f"{sys.executable} /opt/comptoir-agent.pyz run"
    monkeypatch.setattr(sys, "executable", "/opt/a/comptoir-agent-linux")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert run_command() == "/opt/a/comptoir-agent-linux run"
