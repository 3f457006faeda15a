"""The command line of oversight: the audit, and the quality list of a network."""

import sys
from pathlib import Path

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.networks.reads import named_network
from comptoir.orders.commands import networks
from comptoir.oversight.audit import audit_of_installation, audit_of_network, audit_of_shop
from comptoir.oversight.operations import export_audit
from comptoir.oversight.quality import quality_of
from comptoir.oversight.request import read_question
from comptoir.oversight.table import audit_blocks, quality_blocks
from comptoir.shops.reads import named_shop

__all__ = ["audit", "networks"]


@click.group()
def audit() -> None:
    """See who did what, and write it to a file."""


@audit.command()
@click.option("--network", help="Of this network (its word) and its members.")
@click.option("--shop", help="Of this shop (its slug or SIRET).")
@click.option("--since", default="", help="From this day on (YYYY-MM-DD); the last 30 without it.")
@click.option("--until", default="", help="Until this day.")
@click.option("--who", default="", help="Of the person of this name or address.")
@click.option("--text", default="", help="With this text.")
@click.option("--csv", "path", type=click.Path(path_type=Path), help="Write all to this file.")
def show(
    network: str | None,
    shop: str | None,
    since: str,
    until: str,
    who: str,
    text: str,
    path: Path | None,
) -> None:
    """Show the newest deeds: when, who, what, about what, shop, reason."""
    question = read_question({"du": since, "au": until, "qui": who, "mot": text})
    with refusals():
        of_network = named_network(network) if network else None
        of_shop = named_shop(shop, actor=SYSTEM) if shop else None
        if path is not None:
            view = export_audit(question=question, network=of_network, shop=of_shop, actor=SYSTEM)
            with path.open("wb") as file:
                file.writelines(audit_blocks(view.each(question)))
            click.echo(path)
            return
        if of_network is not None:
            view = audit_of_network(of_network, actor=SYSTEM)
        elif of_shop is not None:
            view = audit_of_shop(of_shop, actor=SYSTEM)
        else:
            view = audit_of_installation(actor=SYSTEM)
    lines, more = view.page(question)
    for line in lines:
        when = f"{timezone.localtime(line.entry.at):%Y-%m-%d %H:%M}"
        name = line.shop.name if line.shop else ""
        click.echo("\t".join([when, line.who, line.deed, line.about, name, line.entry.reason]))
    if more:
        click.echo(_("There is more: ask for fewer days, or write all to a file with --csv."))


@networks.command()
@click.argument("network")
@click.option("--csv", "as_csv", is_flag=True, help="As a CSV file for a spreadsheet.")
def quality(network: str, as_csv: bool) -> None:
    """List what is wrong with the shops of NETWORK, the gravest first."""
    with refusals():
        found = quality_of(named_network(network), actor=SYSTEM, now=timezone.now())
    if as_csv:
        sys.stdout.buffer.writelines(quality_blocks(found))
        return
    for each in found:
        told = ", ".join(str(fault.label) for fault in each.faults)
        click.echo("\t".join([each.shop.slug, each.shop.name, told]))
    if not found:
        click.echo(_("Nothing is wrong with any shop."))
