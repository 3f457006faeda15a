"""`comptoir shops requests`: who asks to join, letting them in, or declining."""

import click
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.shops.models import JoinRequest
from comptoir.shops.operations.requests import decline_request, open_request
from comptoir.shops.reads import named_shop


@click.group()
def requests() -> None:
    """Answer the requests of shops that want to join."""


@requests.command(name="list")
@click.option("--all", "every", is_flag=True, help="Those that were answered, too.")
def list_(every: bool) -> None:
    """List the requests that wait: number, network, shop, town, SIRET, who asks, what the registry
    and the shop's own address say."""
    found = JoinRequest.objects.visible_to(SYSTEM).select_related("network", "shop")
    for each in found.order_by("asked_at", "pk"):
        if not (every or each.is_pending):
            continue
        entry, shop = each.entry, each.shop
        row = [
            str(each.pk),
            each.network.slug if each.network else "-",
            each.called,
            shop.city if shop else str(entry.get("city", "")),
            str(entry.get("siret") or (shop and shop.siret) or ""),
            f"{each.asker_name} <{each.asker_email}>",
            str(each.get_registry_display()),
            str(each.get_known_display()),
            str(each.get_state_display()),
        ]
        click.echo("\t".join(row))


@requests.command(name="open")
@click.argument("number", type=int)
@click.option("--shop", default="", help="It is this shop of the directory (its slug or SIRET).")
def open_(number: int, shop: str) -> None:
    """Let the shop of request NUMBER in, and invite who asked as its owner."""
    with refusals():
        key = named_shop(shop, actor=SYSTEM).pk if shop else None
        done = open_request(request_id=number, shop_id=key, actor=SYSTEM)
    click.echo(done.shop.slug if done.shop else "")


@requests.command()
@click.argument("number", type=int)
@click.argument("reason")
def decline(number: int, reason: str) -> None:
    """Decline request NUMBER; who asked reads the REASON."""
    with refusals():
        done = decline_request(request_id=number, reason=reason, actor=SYSTEM)
    click.echo(_("The request for %(shop)s is declined.") % {"shop": done.called})
