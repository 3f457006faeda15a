"""The commands of payments: accounts, keys, an order's money, the daily comparison."""

from zoneinfo import ZoneInfo

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.money import format_cents
from comptoir.core.words import day_and_time
from comptoir.payments import operations
from comptoir.payments.errors import NoKey
from comptoir.payments.models import Account
from comptoir.payments.reads.state import state_of
from comptoir.payments.vault import unseal
from comptoir.shops.reads import named_shop


@click.group()
def payments() -> None:
    """See shops' payment accounts and an order's money; change the key; compare with providers."""


@payments.command()
def accounts() -> None:
    """List the open accounts: shop, provider, what may be shown, and whether its key is here."""
    for each in Account.objects.open().select_related("shop").order_by("shop__slug", "provider"):
        try:
            unseal(each.secrets, of=each.token)
            key = _("readable")
        except NoKey:
            key = _("KEY MISSING")
        click.echo("\t".join((each.shop.slug, each.provider, each.label, key)))


@payments.command()
def rotate() -> None:
    """Encrypt all secrets by the first key of COMPTOIR_PAYMENTS_KEY; then take the old one out."""
    with refusals():
        count = operations.rotate_keys()
    said = ngettext("%(n)s account encrypted anew.", "%(n)s accounts encrypted anew.", count)
    click.echo(said % {"n": count})


@payments.command()
@click.argument("shop")
@click.argument("code")
def show(shop: str, code: str) -> None:
    """Show the money of the order CODE (eight digits) of SHOP, in cents reckoned from its rows."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
    order = found.orders.filter(code=code).first()
    if order is None:
        raise click.ClickException(_("There is no such order."))
    state = state_of(order)
    click.echo(str(state.standing.label))
    for name in ("charged", "owed", "captured", "gone"):
        click.echo(f"{name}\t{format_cents(getattr(state, name))}")


@payments.command()
@click.argument("shop")
@click.argument("code")
def awaited(shop: str, code: str) -> None:
    """Have the order CODE of SHOP wait for a bank transfer, as long as the shop gives one."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        order = found.orders.filter(code=code).first()
        if order is None:
            raise click.ClickException(_("There is no such order."))
        until = operations.choose_transfer(order_id=order.pk, now=timezone.now())
    click.echo(day_and_time(until, ZoneInfo(found.time_zone)))


@payments.command()
def compare() -> None:
    """Compare the providers' lists with ours now; print how many accounts differ."""
    click.echo(str(operations.reconcile_due(now=timezone.now())))
