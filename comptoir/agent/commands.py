"""The command line of the agent: `comptoir agent …` or, on the shop's PC, `comptoir-agent …`."""

import logging
import re
import shlex
import signal
import ssl
import sys
import time
from dataclasses import replace
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

import click

from comptoir import __version__
from comptoir.agent.alone import AlreadyRunning, alone, is_running
from comptoir.agent.home import (
    Config,
    Rule,
    default_home,
    is_safe,
    load,
    program,
    run_command,
    save,
    usual_home,
)
from comptoir.agent.runner import Agent
from comptoir.agent.server import Server, Unsent
from comptoir.agent.status import about_certificate, status_of
from comptoir.agent.words import say
from comptoir.core.stillness import is_unfinished, sightings

_home_option = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=default_home,
    help="Where the agent keeps its things; the user's own folder for it unless named.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="comptoir-agent")
def agent() -> None:
    """Send what a till exports on this PC, each file once."""


@agent.command()
@_home_option
@click.option("--url", required=True, help="The address of Comptoir: https://…")
@click.option("--shop", required=True, help="The shop's SIRET, or its word.")
@click.option("--token", envvar="COMPTOIR_AGENT_TOKEN", help="Asked for unless given.")
@click.option("--folder", help="Where the till exports to. Asked for unless given.")
@click.option("--snapshot", multiple=True, metavar="PATTERN", help="Files with the whole stock.")
@click.option("--delta", multiple=True, metavar="PATTERN", help="Files with what changed.")
@click.option("--sales", multiple=True, metavar="PATTERN", help="Files with what was sold.")
@click.option("--format", "format_", default="", help="Of all of them; recognised unless named.")
@click.option("--language", type=click.Choice(["fr", "en"]), help="Else the PC's.")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    help="A file (PEM) to trust, where the network makes its certificates itself.",
)
def configure(
    home: Path,
    url: str,
    shop: str,
    token: str | None,
    folder: str | None,
    snapshot: tuple[str, ...],
    delta: tuple[str, ...],
    sales: tuple[str, ...],
    format_: str,
    language: str | None,
    certificate: Path | None,
) -> None:
    """Set the agent up, and check the connection at once.

    Without patterns every file of the folder is sent, and says itself what it is; with some, only
    those that fit one.
    """
    _speak(language or "")
    if not is_safe(url):
        raise click.ClickException(say("unsafe_url"))
    if certificate and not _holds_certificate(certificate):
        raise click.ClickException(say("bad_certificate", file=certificate))
    secret = token or click.prompt(say("ask_token"), hide_input=True)
    place = folder or click.prompt(say("ask_folder"))
    modes = {"snapshot": snapshot, "delta": delta, "sales": sales}
    rules = [Rule(each, mode, format_) for mode, some in modes.items() for each in some]
    config = Config(
        url=url.rstrip("/"),
        shop=shop.replace(" ", ""),
        token=secret.strip(),
        folder=str(Path(place).expanduser().absolute()),
        rules=rules or [Rule(format=format_)],
        language=language or "",
        certificate=str(certificate.absolute()) if certificate else "",
    )
    save(_with_times_of(load(home), config), home)
    sentences, good = _findings(config)
    line = start_line(program(), str(home.absolute()), str(usual_home()), sys.platform)
    # The second holds the window while the agent runs, so it comes last.
    now = run_command() if home == usual_home() else f'{run_command()} --home "{home.absolute()}"'
    commands = (say("start_with_pc"), "    " + line, say("start_it"), "    " + now)
    for sentence in (*sentences, *commands):
        click.echo(sentence)
    if not good:
        raise SystemExit(1)


@agent.command()
@_home_option
def run(home: Path) -> None:
    """Watch the till's folder and send, until Ctrl-C or the end of the session."""
    config = _configured(home)
    try:
        with alone(home):
            _log_to(home)
            worker = Agent(config, home)
            _stop_on_signals(worker)
            click.echo(say("started", folder=config.folder))
            worker.run()
            click.echo(say("stopped"))
    except AlreadyRunning:
        raise click.ClickException(say("already_running")) from None


@agent.command()
@_home_option
def once(home: Path) -> None:
    """Send what is there now, and end. Exits with 1 if something still waits."""
    config = _configured(home)
    try:
        with alone(home):
            _log_to(home)
            try:
                done = Agent(config, home).once()
            except Unsent:
                done = False
    except AlreadyRunning:
        raise click.ClickException(say("already_running")) from None
    for sentence in status_of(config, home, time.time(), running=True).sentences:
        click.echo(sentence)
    if not done:
        raise SystemExit(1)


@agent.command()
@_home_option
def status(home: Path) -> None:
    """Say how it is going. Exits with 1 unless all is well."""
    config = _configured(home)
    found = status_of(config, home, time.time(), running=is_running(home))
    for sentence in found.sentences:
        click.echo(sentence)
    if not found.is_well:
        raise SystemExit(1)


def _configured(home: Path) -> Config:
    config = load(home)
    if config is None:
        raise click.ClickException(say("not_configured"))
    _speak(config.language)
    return config


def _speak(language: str) -> None:
    if language:
        say.language = language


def _findings(config: Config) -> tuple[list[str], bool]:
    """Return what the check of a configuration found, in words, and whether all is well."""
    sentences, good = [], True
    try:
        shop = Server(config, say.language).ask().body.get("shop")
        sentences.append(say("found_shop", shop=shop))
    except Unsent as error:
        good = False
        key = {"shop": "found_shop_unknown", "token": "found_token", "address": "found_address"}
        values = {"url": config.url, "shop": config.shop, "why": error.detail}
        if error.why == "certificate":
            key["certificate"] = "found_certificate"
            values["reason"] = about_certificate(error.detail)
        sentences.append(say(key.get(error.why, "found_offline"), **values))
    try:
        names = [name for name in sightings(Path(config.folder)) if not is_unfinished(name)]
        count = sum(config.rule_for(name) is not None for name in names)
        sentences.append(say("found_files", count=count, folder=config.folder))
    except OSError:
        good = False
        sentences.append(say("no_folder", folder=config.folder))
    return sentences, good


def _holds_certificate(file: Path) -> bool:
    try:
        ssl.create_default_context(cafile=str(file))
    except OSError:  # an SSLError too
        return False
    return True


def start_line(program: list[str], home: str, usual: str, platform: str) -> str:
    """Return the command that makes the agent of a home start with the PC; each home has its own
    task, called after it unless it is the usual one. Blanks in all paths do no harm.

    On Windows it is for PowerShell, where the line of the counter is pasted: behind `--%` nothing
    is parsed (about_Parsing), while otherwise a quotation mark ends a text, backslash or not."""
    if platform == "win32":
        name = "Comptoir" if home == usual else "Comptoir " + re.sub(r'[\\/:*?"<>|]+', "-", home)
        started = " ".join(rf"\"{word}\"" for word in program)
        task = rf"{started} run --home \"{home}\""
        return f'schtasks --% /create /sc onlogon /tn "{name}" /tr "{task}"'
    # A bare % ends the command in a crontab.
    line = shlex.join([*program, "run", "--home", home]).replace("%", r"\%")
    return f"(crontab -l; echo {shlex.quote('@reboot ' + line)}) | crontab -"


def _with_times_of(before: Config | None, config: Config) -> Config:
    """Return a configuration with the times that somebody may have set in the one before."""
    if before is None:
        return config
    return replace(
        config,
        scan_seconds=before.scan_seconds,
        settle_seconds=before.settle_seconds,
        first_wait=before.first_wait,
        longest_wait=before.longest_wait,
    )


def _stop_on_signals(worker: Agent) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    for number in (getattr(signal, name) for name in names if hasattr(signal, name)):
        signal.signal(number, stop)


def _log_to(home: Path) -> None:
    """Keep the last three megabytes of what happened."""
    handler = RotatingFileHandler(
        home / "agent.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("comptoir.agent")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
