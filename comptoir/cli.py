"""The `comptoir` command. Each package brings its own group of commands, loaded when it is
called; this module prepares the database and Django before any of them runs."""

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from comptoir import __version__

_COMMANDS = {
    "run": (
        "comptoir.serve.commands:run",
        "Prepare everything, load the demonstration and serve it.",
    ),
    "serve": ("comptoir.serve.commands:serve", "Serve the site, its jobs and its search index."),
    "migrate": ("comptoir.serve.commands:migrate", "Bring the database to this version."),
    "check": (
        "comptoir.serve.commands:check",
        "Prove that the ledger, the holds and the orders agree.",
    ),
    "catalogue": ("comptoir.catalogue.commands:catalogue", "Import books and records."),
    "shops": (
        "comptoir.orders.commands:shops",
        "Import, change and end shops, invite their staff, give tokens.",
    ),
    "stock": ("comptoir.stock.commands:stock", "Import what shops have."),
    "orders": ("comptoir.orders.commands:orders", "Reserve, set aside, hand over, cancel."),
    "webhooks": (
        "comptoir.webhooks.commands:webhooks",
        "Tell other programs of stock and orders.",
    ),
    "search": ("comptoir.search.commands:search", "Search, rebuild the index, follow changes."),
    "agent": ("comptoir.agent.commands:agent", "Send what a till exports on this PC."),
    "demo": ("comptoir.demo.commands:demo", "Load the demonstration region, at any scale."),
    "django": ("comptoir.serve.commands:django", "Any command of Django itself."),
}

_LIGHT = frozenset({"agent"})
"""What needs neither Django nor a database."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order they are listed above."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command, preparing Django first if it needs it."""
        if cmd_name not in _COMMANDS:
            return None
        if cmd_name == "run":
            os.environ.setdefault("COMPTOIR_DEMO", "1")
        if cmd_name not in _LIGHT:
            prepare()
        module, name = _COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


def prepare() -> None:
    """Find or start the database and set Django up. Does nothing the second time.

    A help text needs no database. An embedded server that was started here is marked as ours to
    stop (`serve.database`).
    """
    from comptoir.core.processes import follow_supervisor

    follow_supervisor()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    if "DATABASE_URL" not in os.environ and not {"-h", "--help"} & set(sys.argv[1:]):
        from comptoir.core import postgres

        pgdata = Path(os.environ.get("COMPTOIR_VAR", "var")).resolve() / "postgres"
        if not postgres.is_running(pgdata):
            pgdata.parent.mkdir(parents=True, exist_ok=True)
            pgdata.with_suffix(".started").touch()
        os.environ["DATABASE_URL"] = postgres.start(pgdata)
        os.environ["COMPTOIR_EMBEDDED"] = str(pgdata)
    import django

    django.setup()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="comptoir")
def main() -> None:
    """Comptoir: find a title near you, reserve it, collect it."""
