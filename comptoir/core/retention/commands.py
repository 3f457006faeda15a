"""The command line of the table of what is kept."""

from datetime import UTC, datetime, time

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.core.models import Erasure
from comptoir.core.retention import walk


@click.group()
def privacy() -> None:
    """See what is kept about people, what will go, and have it go."""


@privacy.command()
def table() -> None:
    """List what is kept: where, what, why, until when."""
    for row in walk.table():
        click.echo("\t".join([row.name, row.what, row.why, row.until]))


@privacy.command()
@click.option("--at", "day", type=click.DateTime(["%Y-%m-%d"]), help="On this day; today without.")
def due(day: datetime | None) -> None:
    """Say beforehand what will go on a day, row by row of the table; nothing is touched."""
    at = datetime.combine(day, time.max, UTC) if day else timezone.now()
    total = 0
    for count in walk.due(at):
        total += count.past
        click.echo(f"{count.past}\t{count.row}")
    click.echo(_("%(n)d in all by %(day)s.") % {"n": total, "day": f"{at:%Y-%m-%d}"})


@privacy.command()
def erase() -> None:
    """Erase what is past its date, now, as the job does every night; say what went. Exits with 1
    where something is left past its date."""
    try:
        proof = walk.erase_all(timezone.now())
    except walk.NotErasedError as left:
        raise click.ClickException(str(left)) from left
    for row, count in proof.gone.items():
        click.echo(f"{count}\t{row}")
    click.echo(_("%(n)d in all; nothing is left past its date.") % {"n": proof.total})


@privacy.command()
def proofs() -> None:
    """List the newest runs: when, how much went, how much was left past its date."""
    for run in Erasure.objects.order_by("-at")[:30]:
        failed = ", ".join(run.failures)
        click.echo(f"{run.at:%Y-%m-%d %H:%M}\t{run.total}\t{sum(run.left.values())}\t{failed}")
