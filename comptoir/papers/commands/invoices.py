"""Invoices on the command line."""

from pathlib import Path

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.money import format_cents
from comptoir.orders.errors import no_such_order
from comptoir.orders.models import Order
from comptoir.papers.identity import NAMES, identity_of, missing
from comptoir.papers.models import CountedBy, Paper, PaperKind
from comptoir.papers.operations import IdentitySaid, issue, write_identity
from comptoir.papers.phrases import calendar_in_words
from comptoir.papers.reads import bytes_of
from comptoir.shops.reads import named_shop

FIELDS = (
    "name",
    "form",
    "capital",
    "register",
    "vat_number",
    "without_vat",
    "prefix",
    "counted_by",
)


@click.command()
@click.argument("shop")
@click.option("--name", help="Of the business.")
@click.option("--form", help="The legal form: SARL, association…")
@click.option("--capital", help="As it is written: 8 000 €.")
@click.option("--register", help="RCS Bordeaux, for instance.")
@click.option("--vat-number", help="FR and eleven digits.")
@click.option(
    "--without-vat/--with-vat", default=None, help="It charges no VAT (CGI, article 293 B)."
)
@click.option("--prefix", help="How its numbers begin; C- without it.")
@click.option("--counted-by", type=click.Choice(CountedBy.values), help="Sales count on that day.")
def identity(shop: str, **said: str | bool | None) -> None:
    """Write what stands on the invoices of SHOP (its slug or SIRET), or show it. What is not said
    stays."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        now = identity_of(found)
        if any(value is not None for value in said.values()):
            values = {name: getattr(now, name) for name in FIELDS} if now else {}
            values |= {name: value for name, value in said.items() if value is not None}
            whole = IdentitySaid(**({"name": "", "form": ""} | values))
            now = write_identity(shop=found, said=whole, actor=SYSTEM, now=timezone.now())
    for name in FIELDS if now else ():
        click.echo(f"{name}\t{getattr(now, name)}")
    if wanting := missing(found, now, vat=not (now and now.without_vat)):
        what = ", ".join(str(NAMES[name]) for name in wanting)
        click.echo(_("No invoice can be issued yet, for want of: %(what)s.") % {"what": what})


@click.command()
@click.argument("shop")
@click.argument("code")
@click.option("--out", type=click.Path(path_type=Path), help="Write the PDF there.")
def invoice(shop: str, code: str, out: Path | None) -> None:
    """Issue the invoice of the order with this CODE at SHOP, unless it is, and say its number."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        order = Order.objects.filter(shop=found, code=code.replace(" ", "")).first()
        if order is None:
            raise no_such_order()
        made = issue(order_id=order.pk, actor=SYSTEM, now=timezone.now())
    if out:
        out.write_bytes(bytes_of(made))
    click.echo(_line(made))


@click.command("list")
@click.argument("shop")
def list_(shop: str) -> None:
    """List the papers of SHOP, in the order of their numbers."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
    for each in Paper.objects.filter(shop=found).order_by("serial"):
        click.echo(_line(each))


@click.command()
def calendar() -> None:
    """Say who must receive, issue and report from when."""
    for each in calendar_in_words():
        click.echo(each)


def _line(paper: Paper) -> str:
    sign = "-" if paper.kind == PaperKind.CREDIT else ""
    amount = sign + format_cents(paper.cents)
    return "\t".join([paper.number, paper.day.isoformat(), amount, paper.earlier]).rstrip()
