"""The command line of the directory."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import all_refused, go_on, refusals
from comptoir.shops import operations
from comptoir.shops.models import ShopKind
from comptoir.shops.outlook import headings, lines, new_hours
from comptoir.shops.reads import named_shop
from comptoir.shops.sheet.file import DirectoryFile, Guidance, open_directory
from comptoir.shops.table import COLUMNS

_SHOWN = 10
Same = Mapping[int, str]
_NAMED = 3
_COUNTED = ("created", "changed", "unchanged", "refused")


@click.group()
def shops() -> None:
    """Import, change and end shops, invite their staff, give tokens."""


def _lines(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> Same:
    """Read `12=slug` options."""
    pairs = [text.partition("=") for text in given]
    if wrong := [
        text
        for text, (line, _sign, slug) in zip(given, pairs, strict=True)
        if not (line.strip().isdecimal() and slug.strip())
    ]:
        raise click.BadParameter(
            _("“%s” is no line and shop: write 12=slug-of-the-shop.") % wrong[0]
        )
    return {int(line): slug.strip() for line, _sign, slug in pairs}


def _columns(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> Mapping[str, str]:
    """Read `name=Enseigne` options."""
    pairs = [text.partition("=") for text in given]
    if wrong := [text for text, pair in zip(given, pairs, strict=True) if not pair[1]]:
        raise click.BadParameter(
            _("“%s” is no column and heading: write name=Enseigne.") % wrong[0]
        )
    return {name.strip(): heading.strip(' "“”«»') for name, _sign, heading in pairs}


@shops.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write what was refused, kept as it is and changed (a file of var/reports).",
)
@click.option(
    "--yes", is_flag=True, help="Ask nothing: columns and opening hours are understood rightly."
)
@click.option(
    "--column",
    "columns",
    callback=_columns,
    multiple=True,
    metavar="NAME=HEADING",
    help="Which heading of the file is a column: name=Enseigne; phone= for none.",
)
@click.option("--sheet", default="", help="Which sheet of a workbook has the shops.")
@click.option(
    "--kind",
    type=click.Choice(ShopKind.values),
    help="What the shops sell of which the file does not say it.",
)
@click.option("--licence", default="", help="Of a FILE of others: its licence (SPDX's word).")
@click.option("--dry-run", is_flag=True, help="Write nothing but the report of what would be done.")
@click.option(
    "--overwrite",
    type=click.Choice(sorted(COLUMNS)),
    multiple=True,
    metavar="COLUMN",
    help="Take this column of the file even where a shop wrote something else.",
)
@click.option(
    "--same",
    callback=_lines,
    multiple=True,
    metavar="LINE=SLUG",
    help="The shop on this line of the file is this one of the directory.",
)
@click.option(
    "--new",
    type=click.IntRange(1),
    multiple=True,
    metavar="LINE",
    help="The shop on this line of the file is none of the directory.",
)
def import_(
    file: Path,
    report: Path | None,
    dry_run: bool,
    overwrite: tuple[str, ...],
    same: Same,
    new: tuple[int, ...],
    yes: bool,
    columns: Mapping[str, str],
    sheet: str,
    kind: str | None,
    licence: str,
) -> None:
    """Take the shops of a FILE into the directory: a spreadsheet (xlsx, ods), CSV, or an extract
    of OpenStreetMap in the JSON of Overpass.

    Its headings may be in French; which was taken for what is shown first, and asked. Our own
    columns are in docs/shops.md. A shop without coordinates is placed in its town.

    Importing it again changes nothing; what a shop wrote since stays. A cell that cannot be read is
    left out alone. A row is refused alone where nobody can tell which shop it is about. Exits with
    1 when every row was refused. New opening hours are shown first as they are understood; at a
    terminal, nothing is taken until you say that they are right, and which shop a doubtful row is
    about is asked.
    """
    choices = operations.ImportChoices(
        dry_run=dry_run,
        overwrite=frozenset(overwrite),
        answers=operations.Answers(same, frozenset(new)),
        guidance=Guidance(columns, sheet, kind or ""),
        licence=licence,
    )
    ask = not (yes or dry_run) and at_terminal()
    with refusals():
        opened = operations.checked(open_directory(file, choices.guidance))
        if opened.guessed:
            _show_headings(opened, ask=ask, sure=yes or dry_run)
        _show_hours(opened, ask=ask)
        if ask:
            choices = replace(choices, answers=_ask_which(file, choices))
    with refusals(), _showing() as progress:
        done = operations.import_shops(path=file, report=report, choices=choices, progress=progress)
    if done.ignored_columns and not opened.guessed:
        click.echo(_("Ignored columns: %s") % ", ".join(done.ignored_columns), err=True)
    _tell_lines(done, changes=dry_run)
    _sum_up(done)
    if dry_run:
        click.echo(_("This was a trial: nothing was written."))
    if all_refused(taken=done.taken, refused=done.refused):
        raise click.exceptions.Exit(1)


def _ask_which(file: Path, choices: operations.ImportChoices) -> operations.Answers:
    """Ask of each doubtful line which shop it is; one that is not answered stays refused."""
    same, new = dict(choices.answers.same), set(choices.answers.new)
    with TemporaryDirectory() as folder:
        trial = operations.import_shops(
            path=file, report=Path(folder) / "trial.csv", choices=replace(choices, dry_run=True)
        )
    for each in trial.first_refusals:
        if each.code == operations.SAME_SHOP:
            question = _("Line %(line)d: which shop is this, of %(shops)s? (+ for a new one)")
            told = question % {"line": each.line, "shops": each.shop.replace(" ", ", ")}
            answer = click.prompt(told, default="", show_default=False).strip()
            if answer == "+":
                new.add(each.line)
            elif answer:
                same[each.line] = answer
    return operations.Answers(same, frozenset(new))


def _tell_first(notes: Sequence[operations.Note], count: int) -> None:
    """Show the first notes of one sort, and how many more there are."""
    for each in notes[:_SHOWN]:
        line = _("line %d") % each.line if each.line else ""
        where = " · ".join(filter(None, (line, each.shop, each.column)))
        click.echo(f"  {where}: {each.reason}", err=True)
    if count > _SHOWN:
        click.echo(_("  … and %d more.") % (count - _SHOWN), err=True)


def _tell_lines(done: operations.ImportSummary, *, changes: bool) -> None:
    _tell_first(done.first_refusals, done.refused)
    _tell_first(done.first_left_out, done.left_out)
    _tell_first(done.first_remarks, done.remarks)
    _tell_first(done.first_kept_out, done.kept_out)
    _tell_first(done.first_gone, done.gone)
    if changes:
        _tell_first(done.first_changes, len(done.first_changes))


def _sum_up(done: operations.ImportSummary) -> None:
    told = _("%(created)d new, %(changed)d changed, %(unchanged)d unchanged, %(refused)d refused.")
    click.echo(told % {key: getattr(done, key) for key in _COUNTED})
    for count, said in _besides(done):
        if count:
            click.echo(said % {"n": count})
    if done.cut_short:
        told = _("The extract is not whole, so nobody can tell what is missing: %(why)s")
        click.echo(told % {"why": done.cut_short}, err=True)
    if done.report:
        click.echo(_("What was refused, kept and changed: %s") % done.report)


def _besides(done: operations.ImportSummary) -> Iterator[tuple[int, str]]:
    yield (
        done.placed,
        ngettext(
            "%(n)d shop has no coordinates and is placed in its town.",
            "%(n)d shops have no coordinates and are placed in their towns.",
            done.placed,
        ),
    )
    yield (
        done.left_out,
        ngettext(
            "%(n)d cell could not be read and was left out.",
            "%(n)d cells could not be read and were left out.",
            done.left_out,
        ),
    )
    yield (
        done.kept_out,
        ngettext(
            "%(n)d field stays as it is, although the file says something else.",
            "%(n)d fields stay as they are, although the file says something else.",
            done.kept_out,
        ),
    )
    yield (
        done.gone,
        ngettext(
            "%(n)d shop is not in OpenStreetMap any more, and stays here: look whether it has"
            " closed.",
            "%(n)d shops are not in OpenStreetMap any more, and stay here: look whether they"
            " have closed.",
            done.gone,
        ),
    )


def at_terminal() -> bool:
    """Return whether somebody is there to be asked."""
    return sys.stdin.isatty()


def _show_headings(file: DirectoryFile, *, ask: bool, sure: bool) -> None:
    """Show which heading was taken for what; stop here if nobody says that it is right."""
    for line in headings(file):
        click.echo(line)
    if ask:
        click.echo(_("To say otherwise: --column name=“heading”; --column phone= for none."))
        go_on(_("Are these columns right?"))
    elif not sure:
        click.echo(_("Nothing was taken: say --yes if these columns are right."), err=True)
        raise click.exceptions.Exit(1)


def _show_hours(file: DirectoryFile, *, ask: bool) -> None:
    """Show what the new opening hours of a file mean; stop here if they are not right."""
    shown = False
    for each in new_hours(file, today=timezone.localdate()):
        if not shown:
            click.echo(_("Opening hours as they are understood:"))
        shown = True
        others = len(each.shops) - _NAMED
        more = _(" and %(n)d more") % {"n": others} if others > 0 else ""
        click.echo(f"  {each.text}  ({', '.join(each.shops[:_NAMED])}{more})")
        for line in lines(each.meaning):
            click.echo(f"    {line}")
    if shown and ask:
        go_on(_("Are they right?"))


@contextmanager
def _showing() -> Iterator[Callable[[int], None] | None]:
    """Show how many lines were read, on a terminal only."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with console.status("") as status:
        yield lambda line: status.update(_("line %d") % line)


@shops.command()
@click.argument("shop")
@click.argument("host")
def host(shop: str, host: str) -> None:
    """Have SHOP answer under HOST, which shows its shelves alone; an empty text ends that."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        operations.set_host(shop=found, host=host, actor=SYSTEM)
    click.echo(_("Saved."))


@shops.command()
@click.argument("shop")
@click.argument("name")
@click.option("--slug", default="", help="The word in its addresses; else made of name and town.")
def rename(shop: str, name: str, slug: str) -> None:
    """Give SHOP another NAME, and its addresses another word; the older ones lead there."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        done = operations.rename_shop(shop=found, name=name, slug=slug, actor=SYSTEM)
    told = _("%(before)s is called %(name)s from now on, in addresses %(slug)s.")
    if done.slug != found.slug:
        told = _(
            "%(before)s is called %(name)s: its addresses have %(slug)s, the older lead there."
        )
    click.echo(told % {"before": found.name, "name": done.name, "slug": done.slug})
