"""Commands that run the whole: serve, prepare, prove."""

import sys

import click
from django.core.management import call_command, execute_from_command_line


@click.command()
def migrate() -> None:
    """Bring the database to this version."""
    call_command("migrate", interactive=False, verbosity=1)


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    add_help_option=False,
)
@click.pass_context
def django(ctx: click.Context) -> None:
    """Any command of Django itself."""
    execute_from_command_line([sys.argv[0], *ctx.args])
