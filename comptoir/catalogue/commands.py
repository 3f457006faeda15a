"""`comptoir catalogue …`"""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from comptoir.catalogue.errors import BadFile
from comptoir.catalogue.operations import ImportSummary, import_file
from comptoir.catalogue.reads import cover_hosts
from comptoir.catalogue.sources import names
from comptoir.core.console import all_refused


@click.group()
def catalogue() -> None:
    """Import books and records."""


@catalogue.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--format", "format_", type=click.Choice(list(names())), help="Instead of finding out."
)
@click.option("--encoding", help="Read the file in this encoding, whatever it declares.")
@click.option("--as-of", type=click.DateTime(), help="The moment of files that tell none (UTC).")
@click.option(
    "--reports",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write what was refused (var/reports).",
)
@click.option("--dry-run", is_flag=True, help="Only say what it would do; nothing changes.")
def import_(
    files: tuple[Path, ...],
    format_: str | None,
    encoding: str | None,
    as_of: datetime | None,
    reports: Path | None,
    dry_run: bool,
) -> None:
    """Import FILES: ONIX 3.0 or 3.1, Tite-Live .tit, Discogs releases XML, or CSV.

    Plain, gzip or zip. Importing a file again changes nothing. What is refused is written to a
    report, the rest goes in. Exits with 1 when a file cannot be read to its end, or all of it is
    refused. Ctrl-C stops between two batches.
    """
    failed = False
    with _stopping() as stop:
        for path in files:
            click.echo(path.name, err=True)
            try:
                with _showing(path) as progress:
                    summary = import_file(
                        path=path,
                        format=format_,
                        encoding=encoding,
                        as_of=as_of.replace(tzinfo=UTC) if as_of else None,
                        reports=reports,
                        progress=progress,
                        stop=stop.is_set,
                        dry_run=dry_run,
                    )
            except BadFile as error:
                failed = True
                _tell_failure(error, dry_run=dry_run)
                continue
            if dry_run:
                click.echo(_("Nothing has changed. If it is imported:"))
            _tell(summary)
            failed |= all_refused(taken=summary.read - summary.refused, refused=summary.refused)
            if summary.interrupted:
                click.echo(_("Stopped. Run it again to take the rest."), err=True)
                sys.exit(130)
    if failed:
        sys.exit(1)


@catalogue.command("covers")
def covers() -> None:
    """List the hosts where covers lie, and how many: what `COMPTOIR_COVER_HOSTS` may name."""
    for host, count in cover_hosts():
        click.echo(f"{count:9} {host}")


def _tell_failure(error: BadFile, *, dry_run: bool) -> None:
    click.secho(str(error), fg="red", err=True)
    if error.summary and error.summary.read:
        if dry_run:
            click.echo(_("Nothing has changed. If it is imported, up to there:"))
        else:
            click.echo(_("What was read before that is in. Import it again once mended."))
        _tell(error.summary)


def _tell(summary: ImportSummary) -> None:
    taken = summary.taken
    click.echo(
        _(
            "%(read)s read: %(new)s new, %(changed)s changed, %(unchanged)s unchanged,"
            " %(withdrawn)s withdrawn, %(outdated)s older than what is known, %(refused)s refused."
        )
        % {
            "read": summary.read,
            "new": taken.new,
            "changed": taken.changed,
            "unchanged": taken.unchanged,
            "withdrawn": taken.withdrawn,
            "outdated": taken.outdated,
            "refused": summary.refused,
        }
    )
    if summary.remarked:
        click.echo(
            ngettext("%(count)d remark.", "%(count)d remarks.", summary.remarked)
            % {"count": summary.remarked}
        )
    if summary.report:
        told = _("What was refused, and why: %(path)s")
        if not summary.refused:
            told = _("The remarks: %(path)s")
        click.echo(told % {"path": summary.report})


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C into a wish to stop; the second one stops at once."""
    stop = threading.Event()

    def ask(_signal: int, _frame: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _showing(path: Path) -> "Iterator[ProgressBar | None]":
    """Show how far a file is read, on a terminal only."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Progress(
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[records]}"),
        TimeRemainingColumn(),
        console=console,
    ) as bars:
        task = bars.add_task("", total=path.stat().st_size, records="")
        yield ProgressBar(bars, task)


class ProgressBar:
    """Moves one bar."""

    def __init__(self, bars: Progress, task: object) -> None:
        self._bars = bars
        self._task = task

    def __call__(self, position: int, records: int) -> None:
        """Show the bytes read of the file, and the records."""
        self._bars.update(
            self._task,  # type: ignore[arg-type]
            completed=position,
            records=_("%(count)s records") % {"count": records},
        )
