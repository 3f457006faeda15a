"""Commands that run the whole: serve, prepare, prove."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from comptoir.config.variables import folder, number, text
from comptoir.core.watch.folder import begin_anew
from comptoir.installation.whereabouts import migrated
from comptoir.serve import birth
from comptoir.serve.database import embedded
from comptoir.serve.supervisor import Child, Supervisor, idle_seconds

if TYPE_CHECKING:
    from django.conf import LazySettings

_PORT = click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, envvar="PORT", show_default=True
)
_TILLS_AFTER_SECONDS = 4.0  # the site comes first
_HOST = click.option("--host", default="127.0.0.1", envvar="COMPTOIR_HOST", show_default=True)


@click.command()
@_HOST
@_PORT
def run(host: str, port: int) -> None:
    """Prepare everything, load the demonstration and serve it."""
    _serve(host, port, demonstrate=True)


@click.command()
@_HOST
@_PORT
def serve(host: str, port: int) -> None:
    """Serve the site, its jobs and its search index; migrate first."""
    _serve(host, port, demonstrate=False)


@click.command()
def migrate() -> None:
    """Bring the database to this version."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)


@click.command()
@click.option("--installation", is_flag=True, help="Look at the installation instead.")
@click.option("--mail", metavar="ADDRESS", default="", help="… and really send a mail there.")
@click.option("--proxy", is_flag=True, help="… and ask the public address, even if it is http.")
@click.pass_context
def check(ctx: click.Context, installation: bool, mail: str, proxy: bool) -> None:
    """Prove that the ledger, the holds and the orders agree; tell every problem otherwise.

    With --installation, tell instead what is wrong with this installation: settings, database,
    folders, nodes, mail server, proxy. Exits with 1 if anything is wrong.
    """
    if installation or mail or proxy:
        from comptoir.installation.check import run as look

        return look(file=ctx.find_root().params.get("env"), mail=mail, proxy=proxy)
    from comptoir.core.exits import voice
    from comptoir.orders import checks as orders
    from comptoir.serve.preparation import QUIET
    from comptoir.stock.shelf import checks as stock

    found = 0
    for problems in (stock.problems, orders.problems):
        for sentence in problems():
            found += 1
            click.echo(sentence)
    if voice.silence():
        click.echo(QUIET)
    if found:
        raise click.ClickException(f"{found} problems.")
    click.echo("Everything agrees.")
    return None


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    add_help_option=False,
)
@click.pass_context
def django(ctx: click.Context) -> None:
    """Any command of Django itself."""
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *ctx.args])


def _serve(host: str, port: int, *, demonstrate: bool) -> None:
    from comptoir.serve import sockets

    with embedded(folder()) as server:
        *site, live = sockets.lent() or (
            *sockets.listen_each(host, port, number("COMPTOIR_WORKERS")),
            _live_socket(host, port),
        )
        begin_anew(folder() / "metrics")
        os.environ.setdefault("COMPTOIR_BASE_URL", f"http://127.0.0.1:{port}")
        live_port = int(live.getsockname()[1])
        os.environ.setdefault("COMPTOIR_LIVE_URL", _live_url(live_port))
        settings = _load(demonstrate=demonstrate)
        sockets.leave_to_successor(*site, live)
        Supervisor(
            _children(host, port, [each.fileno() for each in site], live_port, live.fileno()),
            server.watch,
            leave_seconds=leave_seconds(),
            renew=None if demonstrate or os.isatty(0) else _can_be_renewed,
        ).run(_greeter(host, port, demo=settings.DEMO))


def _load(*, demonstrate: bool) -> "LazySettings":
    """Set Django up, prepare what must be so before serving, and load what the processes need;
    return the settings. This process itself has no connection and no thread (`serve.birth`)."""
    import django
    from django.conf import settings

    django.setup()

    def prepare() -> None:
        from comptoir.serve.presence import announce

        try:
            with migrated():
                _prepare(demonstrate=demonstrate and settings.DEMO)
                announce()
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (KeyboardInterrupt, click.Abort):
            sys.exit(1)

    prepared = birth.apart(prepare)
    birth.load()
    if status := prepared():
        sys.exit(status)
    return settings


def leave_seconds() -> float:
    """Return how long a node that is told to stop answers on: where a proxy is in front, long
    enough for it to notice, and for its idle connections to end."""
    if named := text("COMPTOIR_LEAVE_SECONDS"):
        return float(named)
    return idle_seconds() if number("COMPTOIR_PROXIES") else 0.0


def _can_be_renewed() -> bool:
    """Migrate with what is installed now; return whether that went well. Otherwise the running
    version goes on."""
    words = [sys.executable, "-m", "comptoir", "migrate"]
    if subprocess.run(words, stdin=subprocess.DEVNULL, check=False).returncode:  # noqa: S603
        click.echo("What is installed now cannot take over: the running version goes on.", err=True)
        return False
    click.echo("Migrated; the processes are replaced one by one.")
    return True


def _prepare(*, demonstrate: bool) -> None:
    """Make the database, the static files, the demonstration and the index what they must be."""
    from comptoir.config.health import is_newer
    from comptoir.core.exits import voice
    from comptoir.serve import preparation

    if preparation.migrate_if_needed():
        click.echo("Database brought to this version.")
    if is_newer():
        click.echo(preparation.NEWER, err=True)
    if voice.silence():
        click.echo(preparation.QUIET, err=True)
    if preparation.collect_static_if_changed():
        click.echo("Static files gathered.")
    preparation.write_agent_if_changed()
    if demonstrate:
        from comptoir.demo.data import is_loaded

        if not is_loaded():
            from comptoir.demo.commands import load_and_show

            load_and_show()
    from comptoir.search import health

    if health.problem():
        from comptoir.search import builder

        click.echo("Building the search index…")
        builder.rebuild()


def _live_socket(host: str, port: int) -> socket.socket:
    """Return the socket of the live feeds: at the port that the environment names, else the next
    one if it is free, else any. Raises a usage error when the one named cannot be had."""
    from comptoir.serve import sockets

    if named := os.environ.get("COMPTOIR_LIVE_PORT"):
        return sockets.listen(host, int(named))
    try:
        return sockets.listen(host, port + 1 if port < 65535 else 0)
    except click.ClickException:
        return sockets.listen(host, 0)


def _live_url(port: int) -> str:
    """Return where browsers find the live feeds: beside the site where a proxy speaks TLS."""
    base = os.environ["COMPTOIR_BASE_URL"].rstrip("/")
    if base.startswith("https://"):
        return base
    host = urlsplit(base).hostname or "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _children(host: str, port: int, site: Sequence[int], live_port: int, live: int) -> list[Child]:
    """Return the processes; `site` and `live` are the descriptors of what they accept from."""
    from django.conf import settings

    web = ("-m", "comptoir.serve.web", host, str(port))
    feeds = ("-m", "comptoir.serve.live", host, str(live_port))

    children = [
        Child("The web server", web, sockets=tuple(site), workers=settings.WORKERS),
        # On a busy evening a mail may wait a little; a reader at the counter must not. It keeps a
        # tenth of what one of the others has: enough to hold no lock for long, and to starve never.
        Child("The jobs worker", ("-m", "comptoir.serve.jobs"), niceness=10, beside=True),
        Child("The search follower", ("-m", "comptoir", "search", "follow")),
        Child("The webhooks", ("-m", "comptoir", "webhooks", "run"), niceness=10),
        Child("The live feeds", feeds, sockets=(live,)),
    ]
    if settings.DROP_FOLDER:
        watch = ("-m", "comptoir", "stock", "watch")
        children.append(Child("The drop folder", watch, niceness=10))
    if settings.DEMO and settings.SIMULATE_TILLS:
        later = time.monotonic() + _TILLS_AFTER_SECONDS
        tills = ("-m", "comptoir", "demo", "tills")
        children.append(Child("The simulated tills", tills, start_after=later))
    return children


def _greeter(host: str, port: int, *, demo: bool) -> Callable[[], None]:
    def greet() -> None:
        click.echo(f"Comptoir is at http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/")  # noqa: S104
        if demo:
            from comptoir.demo.commands import show_logins

            birth.apart(show_logins)()
        click.echo("Ctrl-C stops it.")

    return greet
