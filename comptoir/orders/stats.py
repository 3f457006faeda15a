"""`comptoir stats`: the figures of a year, a month or any days, to read or to hand in."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.orders.figures import Figures, figures, standing

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--year", type=click.IntRange(2020, 2999), help="A whole year; else this one.")
@click.option("--from", "first", type=_DAY, help="The first day, YYYY-MM-DD.")
@click.option("--to", "last", type=_DAY, help="The last day, included; today unless named.")
@click.option("--by", type=click.Choice(["month", "shop"]), default="month", show_default=True)
@click.option("--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write it.")
def stats(
    year: int | None, first: datetime | None, last: datetime | None, by: str, file: Path | None
) -> None:
    """Count the reservations of a period for the yearly report: sums, nobody's data."""
    today = timezone.localdate()
    if first or last:
        if year:
            raise click.UsageError("Name a year, or the first and the last day, not both.")
        if first is None:
            raise click.UsageError("Name the first day too: --from YYYY-MM-DD.")
        days = first.date(), last.date() if last else today
    else:
        days = (today.replace(year or today.year, 1, 1), today.replace(year or today.year, 12, 31))
    if days[0] > days[1]:
        raise click.UsageError("The first day comes after the last.")
    found = figures(by, *days)
    if file:
        with file.open("w", encoding="utf-8-sig", newline="") as sheet:
            csv.writer(sheet, delimiter=";").writerows([_headings(by), *map(_cells, found)])
        click.echo(_("Written to %(file)s, rows: %(rows)s.") % {"rows": len(found), "file": file})
        return
    now = standing()
    click.echo(_("From %(first)s to %(last)s") % {"first": days[0], "last": days[1]})
    total = [Figures(_("all"), *each[1:]) for each in figures("all", *days)]
    for line in _table([_headings(by), *map(_cells, [*found, *total])]):
        click.echo(line)
    click.echo(
        _(
            "Now: shops shown %(shops)s, of which heard from within a week %(heard)s; titles"
            " %(titles)s, of which on sale %(on_sale)s."
        )
        % {
            "shops": now.shops,
            "heard": now.shops_heard,
            "titles": now.titles,
            "on_sale": now.titles_on_sale,
        }
    )


def _headings(by: str) -> list[str]:
    return [
        pgettext("figures", "month") if by == "month" else pgettext("figures", "shop"),
        pgettext("figures", "placed"),
        pgettext("figures", "never confirmed"),
        pgettext("figures", "collected"),
        pgettext("figures", "copies collected"),
        pgettext("figures", "worth (€)"),
        pgettext("figures", "not on the shelf"),
        pgettext("figures", "cancelled"),
        pgettext("figures", "not collected"),
        pgettext("figures", "still open"),
    ]


def _cells(one: Figures) -> list[str]:
    values: dict[str, Any] = one._asdict()
    values["cents"] = f"{one.cents // 100},{one.cents % 100:02}"
    return [str(value) for value in values.values()]


def _table(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        numbers = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join([first.ljust(widths[0]), *numbers])
