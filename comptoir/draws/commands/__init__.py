"""The command line of draws: see them, make one, check what any has published."""

import json
from pathlib import Path

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.errors import Invalid
from comptoir.draws import operations
from comptoir.draws.errors import no_such_draw
from comptoir.draws.fairness import faults
from comptoir.draws.models import Draw
from comptoir.draws.reads import published


@click.group()
def draws() -> None:
    """See draws, make them, check any."""


@draws.command("list")
def list_() -> None:
    """List the draws that are not over."""
    for draw in Draw.objects.filter(ended_at=None).select_related("product").order_by("pk"):
        click.echo(
            f"{draw.pk}  {draw.phase.value:9}  {draw.product.title}  ({draw.source_in_words})"
        )


@draws.command()
@click.argument("number", type=int)
@click.argument("value")
def make(number: int, value: str) -> None:
    """Make the draw of this NUMBER with the public VALUE that it names."""
    with refusals():
        now = timezone.now()
        operations.freeze_due(now=now)
        made = operations.draw_lots(draw=_draw(number), value=value, actor=SYSTEM, now=now)
        click.echo(json.dumps(published(made), indent=1))


@draws.command()
@click.argument("number", type=int)
def publish(number: int) -> None:
    """Write all that the draw of this NUMBER publishes, as its page does."""
    with refusals():
        click.echo(json.dumps(published(_draw(number)), indent=1))


@draws.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Check what a draw has published (FILE, JSON): commitment, list, order and winners."""
    with refusals():
        try:
            wrong = faults(json.loads(file.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            told = _("This is not what a draw publishes: take the JSON of its page.")
            raise Invalid("bad_file", told, field="file") from error
        for each in wrong:
            click.echo(each)
        if wrong:
            raise SystemExit(1)
        click.echo(_("All of it holds: this order follows from seed, value and list."))


def _draw(number: int) -> Draw:
    found = Draw.objects.select_related("product").filter(pk=number).first()
    if found is None:
        raise no_such_draw()
    return found
