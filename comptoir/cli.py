"""The `comptoir` command. Each package brings its own group of commands, loaded when it is
called; this module prepares the database and Django before any of them runs."""

import os
import secrets
from importlib import import_module

import click

from comptoir import environment
from comptoir.config.variables import bad_settings
from comptoir.version import running

_COMMANDS = {
    "run": (
        "comptoir.serve.commands:run",
        "Prepare everything, load the demonstration and serve it.",
    ),
    "serve": ("comptoir.serve.commands:serve", "Serve the site, its jobs and its search index."),
    "migrate": ("comptoir.serve.commands:migrate", "Bring the database to this version."),
    "setup": ("comptoir.installation.commands:setup", "Set an installation up."),
    "check": (
        "comptoir.serve.commands:check",
        "Prove that all figures agree, or look at the installation.",
    ),
    "speak": ("comptoir.serve.copies:speak", "Have a copy act as the real installation."),
    "quiet": ("comptoir.serve.copies:quiet", "Hold every mail and call back, until “speak”."),
    "drill": (
        "comptoir.serve.copies:drill",
        "Bring a dump back beside the database, and check it.",
    ),
    "catalogue": ("comptoir.catalogue.commands:catalogue", "Import books and records."),
    "shops": (
        "comptoir.archives.commands:shops",
        "Import, change and end shops, invite their staff, give tokens.",
    ),
    "networks": (
        "comptoir.oversight.commands:networks",
        "Create networks, and say which shops belong to them.",
    ),
    "audit": ("comptoir.oversight.commands:audit", "See who did what, and write it to a file."),
    "privacy": (
        "comptoir.core.retention.commands:privacy",
        "See what is kept about people, what will go, and have it go.",
    ),
    "neighbours": (
        "comptoir.neighbours.commands:neighbours",
        "Say which other installations are asked near their shops.",
    ),
    "stock": ("comptoir.stock.commands:stock", "Import what shops have."),
    "orders": ("comptoir.orders.commands:orders", "Reserve, set aside, hand over, cancel."),
    "quotes": (
        "comptoir.quotes.commands:quotes",
        "Say what baskets cost, and what a shop asks for parcels.",
    ),
    "releases": (
        "comptoir.releases.commands:releases",
        "Say which titles are not to be had before a moment.",
    ),
    "draws": ("comptoir.draws.commands:draws", "See draws, make them, check any."),
    "purchases": (
        "comptoir.purchases.commands:purchases",
        "Order of suppliers, note their answers, receive what comes.",
    ),
    "post": ("comptoir.post.commands:post", "Fetch, pack and hand over what is posted."),
    "papers": (
        "comptoir.papers.commands:papers",
        "Issue invoices, and list sales to report.",
    ),
    "terms": (
        "comptoir.terms.commands:terms",
        "Read who made what is posted, see the rules of law.",
    ),
    "payments": (
        "comptoir.payments.commands:payments",
        "See what was paid and paid back, change the key, compare with providers.",
    ),
    "exchanges": (
        "comptoir.exchanges.commands:exchanges",
        "See colleagues' stock, ask for copies, send them.",
    ),
    "stats": ("comptoir.orders.stats:stats", "Count what became of the reservations of a year."),
    "figures": ("comptoir.figures.commands:figures", "See a network's figures, count them anew."),
    "webhooks": (
        "comptoir.webhooks.commands:webhooks",
        "Tell other programs of stock and orders.",
    ),
    "mail": (
        "comptoir.notifications.commands:mail",
        "See whether mails leave, and send them again.",
    ),
    "search": ("comptoir.search.commands:search", "Search, rebuild the index, follow changes."),
    "agent": ("comptoir.agent.commands:agent", "Send what a till exports on this PC."),
    "demo": ("comptoir.demo.commands:demo", "Load the demonstration region, at any scale."),
    "django": ("comptoir.serve.commands:django", "Any command of Django itself."),
}

_LIGHT = frozenset({"agent", "setup"})
"""What needs neither Django nor a database, or finds them itself."""
_SERVING = frozenset({"run", "serve"})
"""What sets Django up by itself, when it knows what the settings are to say."""
_LOOKS = frozenset({"--installation", "--mail", "--proxy"})
"""How `check` looks at the installation, which may be broken."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order they are listed above."""
        return list(_COMMANDS)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what it lacks in the database is one sentence."""
        from comptoir.installation.whereabouts import migrated

        with migrated():
            return super().invoke(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is to run, preparing Django first if it needs it."""
        name, words = args[0], frozenset(args[1:])
        if name in _COMMANDS and name not in _LIGHT and not (name == "check" and _looks(words)):
            prepare(name, words, file=ctx.params.get("env"))
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command."""
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


def _looks(words: frozenset[str]) -> bool:
    return any(word.partition("=")[0] in _LOOKS for word in words)


def prepare(
    command: str = "", words: frozenset[str] = frozenset(), *, file: str | None = None
) -> None:
    """Find the installation and set Django up. Does nothing the second time.

    `run` and `serve` alone start an embedded server, and set Django up by themselves. The
    demonstration is no installation: `run` reads no file that it was not told of. Raises
    `click.ClickException` with what is wrong.
    """
    from comptoir.core.processes import follow_supervisor, seldom_tidied

    follow_supervisor()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    import django
    from django.apps import apps

    if apps.ready:
        return
    if {"-h", "--help"} & words:
        # A help text needs no installation, no settings, and leaves no key.
        os.environ.setdefault("COMPTOIR_SECRET_KEY", secrets.token_urlsafe())
        for bad in list(bad_settings()):
            del os.environ[bad.name]
    else:
        from comptoir.installation import values, whereabouts

        whereabouts.take_environment(file, usual=command != "run")
        if command == "run":
            os.environ.setdefault("COMPTOIR_DEMO", "1")
        values.refuse_bad_settings()
        whereabouts.find_database(command)
        if command in _SERVING:
            return
    with seldom_tidied():
        django.setup()


def _tell_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"comptoir, version {running()}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--env",
    metavar="FILE",
    help=f"The installation's settings; else ${environment.NAMED_BY}, else {environment.DEFAULT}.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Say which version this is.",
)
def main(env: str | None) -> None:
    """Comptoir: find a title near you, reserve it, collect it."""
