"""The commands of addresses that are asked on a schedule, and of the watched folder."""

import os
from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.exits import voice
from comptoir.core.processes import until_told_to_stop
from comptoir.shops.reads import named_shop
from comptoir.stock.arrivals import pulls
from comptoir.stock.arrivals.drop import DropFolder
from comptoir.stock.arrivals.models import FeedPull, PullKind
from comptoir.stock.formats import FILES
from comptoir.stock.formats.lines import ReportMode
from comptoir.stock.reports.models import ReportStatus
from comptoir.stock.reports.summary import summary

_LOOK_SECONDS = 1.0
_PRUNE_LOOKS = 3600


@click.command("poll")
@click.option("--shop", "shop_name", required=True, help="Its word or its SIRET.")
@click.option("--url", help="Of the file, or of the provider; without it the addresses are listed.")
@click.option("--every", type=int, default=60, show_default=True, help="Minutes.")
@click.option("--kind", type=click.Choice(PullKind.values), default=PullKind.FILE.value)
@click.option("--format", "format_", type=click.Choice(sorted(FILES)), default=None)
@click.option("--mode", type=click.Choice(ReportMode.values), default=None)
@click.option("--user", default="", help="If the server asks for one.")
@click.option("--now", is_flag=True, help="Ask the address at once, and tell what came of it.")
@click.option("--end", is_flag=True, help="Ask the address no more.")
def poll(
    shop_name: str,
    url: str | None,
    every: int,
    kind: str,
    format_: str | None,
    mode: str | None,
    user: str,
    now: bool,
    end: bool,
) -> None:
    """Ask an address for a shop's stock every so many minutes.

    A password is taken from COMPTOIR_POLL_PASSWORD, so that it stands in no list of processes.
    With --now, exits with 1 when the address gives nothing that was applied.
    """
    with refusals():
        shop = named_shop(shop_name, actor=SYSTEM)
        if url is None:
            for each in pulls.pulls_of(shop, SYSTEM):
                click.echo(_line(each))
        elif end:
            pulls.end_pull(shop=shop, url=url, actor=SYSTEM)
        else:
            made = pulls.set_pull(
                shop=shop,
                url=url,
                actor=SYSTEM,
                every_minutes=every,
                kind=kind,
                format=format_ or "",
                mode=mode or "",
                user=user,
                password=os.environ.get("COMPTOIR_POLL_PASSWORD", ""),
            )
            if now:
                voice.require()
                report = pulls.pull(made.pk, timezone.now())
                made.refresh_from_db()
                click.echo(summary(report) if report else _line(made))
                if made.trouble or (report and report.status != ReportStatus.APPLIED):
                    raise click.exceptions.Exit(1)
            else:
                click.echo(_line(made))


@click.command("watch")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Otherwise COMPTOIR_DROP_FOLDER.",
)
@click.option("--once", is_flag=True, help="Take what is whole, and end.")
def watch(folder: Path | None, once: bool) -> None:
    """Take the files that tills drop by SFTP or FTP, one folder a shop (docs/agent.md)."""
    chosen = folder or settings.DROP_FOLDER
    if chosen is None:
        raise click.UsageError(_("Name a folder, or set COMPTOIR_DROP_FOLDER."))
    stopping = until_told_to_stop()
    place = DropFolder(chosen)
    looks = 0
    while not stopping.is_set():
        place.look()
        if looks % _PRUNE_LOOKS == 0:
            place.prune()
        looks += 1
        if once and looks * _LOOK_SECONDS > place.settle_seconds + 2 * _LOOK_SECONDS:
            return
        stopping.wait(_LOOK_SECONDS)


def _line(one: FeedPull) -> str:
    """Return an address without its password, how often it is asked, and how it is going."""
    reported = timezone.localtime(one.told_at).strftime("%Y-%m-%d %H:%M") if one.told_at else "–"
    return _("%(url)s every %(minutes)d min, last told %(told)s. %(trouble)s") % {
        "url": one.url.partition("?")[0],
        "minutes": one.every_minutes,
        "told": reported,
        "trouble": one.trouble,
    }
