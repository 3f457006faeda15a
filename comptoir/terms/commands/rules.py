"""The rules of law on the command line."""

from datetime import date

import click

from comptoir.quotes.commands.days import read_day
from comptoir.terms.law import rows


@click.command()
@click.option("--day", default="", help="A day, as 2026-11-30; without it, all rules.")
def rules(day: str) -> None:
    """List the rules of law on selling at a distance, with their days and sources."""
    asked: date | None = read_day(day) if day else None
    for row in rows():
        if asked is None or row.holds(asked):
            until = row.until.isoformat() if row.until else ""
            click.echo(f"{row.values['name']}\t{row.since}\t{until}\t{row.source}")
