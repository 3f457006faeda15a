"""The command line of tills' reports, and of how they arrive."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import wrap_file

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.errors import NotFound
from comptoir.core.sheet import refusals_path, write_sheet
from comptoir.shops.reads import named_shop
from comptoir.stock.arrivals import calls
from comptoir.stock.arrivals.files import TillFile, guess_format, read_file, written_at
from comptoir.stock.arrivals.passculture import pull_provider
from comptoir.stock.arrivals.silence import silences
from comptoir.stock.formats import CALLS, FILES
from comptoir.stock.formats.lines import NOT_TAKEN, ReportMode
from comptoir.stock.reports.models import SAID, Report, ReportStatus
from comptoir.stock.reports.operations import (
    apply_report,
    discard_report,
    preview_report,
    take_report,
)
from comptoir.stock.reports.preview import undone_if
from comptoir.stock.reports.summary import preview_lines, said_rows, summary
from comptoir.stock.shelf.models import Condition

_SHOWN = 10
_RUNS = 20
_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)
_shop_option = click.option("--shop", "shop_name", required=True, help="Its word or its SIRET.")
_condition_option = click.option(
    "--condition", type=click.Choice(Condition.values), help="Of the copies; new unless said."
)


@click.command("import")
@_shop_option
@click.option("--format", "format_", type=click.Choice(sorted(FILES)))
@click.option(
    "--mode",
    type=click.Choice(ReportMode.values),
    help="Is what the file leaves out zero (snapshot) or unchanged (delta)? Or what was sold?",
)
@click.option("--as-of", type=datetime.fromisoformat, help="The moment of the file, in ISO 8601.")
@click.option(
    "--report",
    "refusals_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV of refusals.",
)
@click.option("--dry-run", is_flag=True, help="Only say what it would do; nothing changes.")
@click.argument("file", type=_PATH)
def import_(
    shop_name: str,
    format_: str | None,
    mode: str | None,
    as_of: datetime | None,
    refusals_file: Path | None,
    dry_run: bool,
    file: Path,
) -> None:
    """Apply a till's FILE to a shop's stock, whole or not at all (formats: docs/feeds.md).

    A moment without an offset is in the shop's time zone. What is refused is written to a report.
    Exits with 1 unless the file was applied, or would be (--dry-run).
    """
    with refusals(), _reading(file) as stream, undone_if(dry_run):
        shop = named_shop(shop_name, actor=SYSTEM)
        given = TillFile(
            shop=shop,
            stream=stream,
            actor=SYSTEM,
            format=format_ or guess_format(file, shop),
            mode=mode,
            as_of=as_of,
            written=written_at(file),
            file_name=file.name,
        )
        report = (preview_report if dry_run else take_report)(read_file(given))
        would = preview_lines(report) if dry_run else []
    _show_refusals(report, refusals_file)
    click.echo(summary(report))
    for line in would:
        click.echo(line)
    if report.status != ReportStatus.APPLIED and (
        report.status != ReportStatus.PREVIEWED or report.reason
    ):
        raise SystemExit(1)


@click.command("runs")
@_shop_option
def runs(shop_name: str) -> None:
    """List the last tellings of a shop, newest first."""
    with refusals():
        shop = named_shop(shop_name, actor=SYSTEM)
    for report in Report.objects.filter(feed__shop=shop).order_by("-pk").defer(*SAID)[:_RUNS]:
        as_of = timezone.localtime(report.as_of)
        click.echo(f"{report.pk:>8}  {as_of:%Y-%m-%d %H:%M}  {report.mode:8}  {summary(report)}")


@click.command("apply")
@click.argument("report_id", type=int, metavar="RUN_ID")
def apply(report_id: int) -> None:
    """Apply the telling RUN_ID that was held back."""
    with refusals():
        done = apply_report(report=_report(report_id), actor=SYSTEM)
        click.echo(summary(done.report))


@click.command("discard")
@click.argument("report_id", type=int, metavar="RUN_ID")
def discard(report_id: int) -> None:
    """Give the telling RUN_ID up that was held back."""
    with refusals():
        click.echo(summary(discard_report(report=_report(report_id), actor=SYSTEM)))


@click.command("pull-passculture")
@_shop_option
@click.option("--url", required=True, help="The provider's address, before the SIRET.")
@click.option("--since", type=datetime.fromisoformat, help="Only what was modified since then.")
@click.option(
    "--authorization",
    envvar="COMPTOIR_PROVIDER_AUTHORIZATION",
    default="",
    help="The header of that name, if the provider wants one.",
)
def pull_passculture(shop_name: str, url: str, since: datetime | None, authorization: str) -> None:
    """Ask a provider of the pass Culture contract what a shop has, and apply it.

    Without --since it is the whole stock. Without --authorization, the header is read from
    COMPTOIR_PROVIDER_AUTHORIZATION, where no list of processes shows it. Exits with 1 unless it
    was applied.
    """
    with refusals():
        report = pull_provider(
            shop=named_shop(shop_name, actor=SYSTEM),
            url=url,
            actor=SYSTEM,
            since=timezone.make_aware(since) if since and timezone.is_naive(since) else since,
            authorization=authorization,
        )
    _show_refusals(report, None)
    click.echo(summary(report))
    if report.status != ReportStatus.APPLIED:
        raise SystemExit(1)


@click.command("link")
@_shop_option
@click.option(
    "--secret", envvar="COMPTOIR_TILL_SECRET", default="", help="What calls are signed by."
)
@click.option("--location", default="", help="What the provider calls the shop's place.")
@click.option("--end", is_flag=True, help="End the link instead.")
@click.argument("provider", type=click.Choice(sorted(CALLS)))
def link(shop_name: str, secret: str, location: str, end: bool, provider: str) -> None:
    """Let a till's PROVIDER call for a shop, and print the address to give to it.

    Without --secret, the secret is read from COMPTOIR_TILL_SECRET, where no list of processes
    shows it. What is not said stays as it was.
    """
    with refusals():
        shop = named_shop(shop_name, actor=SYSTEM)
        if end:
            calls.unlink_till(shop=shop, provider=provider, actor=SYSTEM)
            click.echo(_("The link is ended."))
            return
        made = calls.link_till(
            shop=shop, provider=provider, actor=SYSTEM, secret=secret, location=location
        )
    click.echo(calls.url_of(made))
    if not made.secret:
        click.echo(_("Its calls count once its secret is entered: run this again with it."))


@click.command("silent")
def silent() -> None:
    """List the tills that have been silent for longer than they usually are, the longest first."""
    found = silences()
    for silence in found:
        feed, last = silence.feed, timezone.localtime(silence.heard_at)
        told = _("shop told") if silence.shop_told else _("shop has no address")
        if silence.network_told_at:
            told = _("%(shop)s, network told") % {"shop": told}
        click.echo(f"{last:%Y-%m-%d %H:%M}  {feed.shop.slug}  {feed.format_name}  {told}")
    if not found:
        click.echo(_("Every till speaks as it usually does."))


def _show_refusals(report: Report, refusals_file: Path | None) -> None:
    """Show the first refused lines and remarks, and write those that are kept to a file."""
    said = list(said_rows(report))
    if not said:
        return
    for line, _code, message, content in report.refusals[:_SHOWN]:
        click.echo(_("line %(line)d: %(why)s") % {"line": line, "why": message}, err=True)
        click.echo(f"    {content}", err=True)
    for line, code, message, content in report.remarks[:_SHOWN]:
        text = _("line %(line)d, taken: %(what)s") % {"line": line, "what": message}
        if code in NOT_TAKEN:
            text = _("line %(line)d: %(why)s") % {"line": line, "why": message}
        click.echo(text, err=True)
        click.echo(f"    {content}", err=True)
    path = refusals_file or refusals_path("stock", report.file_name, timezone.now())
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_sheet(file, said)
    told = _("What was refused, and why: %(path)s")
    if not report.refusals:
        told = _("The remarks: %(path)s")
    click.echo(told % {"path": path}, err=True)


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    """Open a file and show how far it is read, on a terminal only."""
    console = Console(stderr=True)
    with path.open("rb") as file:
        if not console.is_terminal:
            yield file
            return
        total = path.stat().st_size
        with wrap_file(file, total, description=path.name, console=console) as shown:
            yield shown


def _report(report_id: int) -> Report:
    found = Report.objects.select_related("feed__shop").filter(pk=report_id).first()
    if found is None:
        raise NotFound("no_such_run", _("There is no such telling."), run=report_id)
    return found
