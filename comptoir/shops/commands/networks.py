"""The command line of networks: which there are, and which shops belong to them."""

from typing import BinaryIO

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.networks import operations
from comptoir.networks.logos import read_logo
from comptoir.networks.models import Network, NetworkRole
from comptoir.networks.reads import named_network
from comptoir.shops.operations.memberships import invite_shop, join_network, leave_network
from comptoir.shops.operations.offices.appointment import appoint_by_mail
from comptoir.shops.operations.offices.factors import reset_factor
from comptoir.shops.reads import named_shop

_HOST = click.option("--host", help="The name under which its own portal answers.")
_ABOUT = click.option("--about", help="A sentence that its list of shops begins with.")
_WEBSITE = click.option("--website", help="The association's own site.")
_ACCENT = click.option("--accent", help="The colour of its portal, as #1c5c3c.")


@click.group()
def networks() -> None:
    """Create networks, and say which shops belong to them."""


@networks.command(name="list")
def list_() -> None:
    """List the networks: word, name, host, how many shops belong to each."""
    for each in Network.objects.order_by("name", "pk"):
        count = each.memberships.filter(shop__ended_at=None).count()
        told = ngettext("%(n)s shop", "%(n)s shops", count) % {"n": count}
        click.echo("\t".join([each.slug, each.name, each.host or "", told]))


@networks.command()
@click.argument("name")
@click.option("--slug", default="", help="Its word in addresses; made of its name without it.")
@_HOST
@_ABOUT
@_WEBSITE
@_ACCENT
def create(name: str, slug: str, **decided: str | None) -> None:
    """Create the network NAME and print its word."""
    change = operations.NetworkChange(**decided)
    with refusals():
        made = operations.create_network(name=name, slug=slug, change=change, actor=SYSTEM)
    click.echo(made.slug)


@networks.command()
@click.argument("network")
@click.option("--name", help="What it is called.")
@_HOST
@_ABOUT
@_WEBSITE
@_ACCENT
@click.option("--logo", type=click.File("rb"), help="A picture (PNG, JPEG, WebP) for its portal.")
@click.option("--no-logo", is_flag=True, help="Takes the logo away.")
def change(network: str, logo: BinaryIO | None, no_logo: bool, **changed: str | None) -> None:
    """Change what NETWORK (its word) is called and decides; an empty text empties a thing."""
    with refusals():
        found = named_network(network)
        picture = read_logo(logo) if logo else None
        wanted = operations.NetworkChange(**changed)
        operations.change_network(network=found, change=wanted, actor=SYSTEM)
        if picture or no_logo:
            operations.set_logo(network=found, picture=picture, actor=SYSTEM)
    click.echo(_("Saved."))


@networks.command()
@click.argument("network")
@click.argument("shop", nargs=-1, required=True)
def join(network: str, shop: tuple[str, ...]) -> None:
    """Have each SHOP (its slug or SIRET) belong to NETWORK."""
    for name in shop:
        with refusals():
            found = named_shop(name, actor=SYSTEM)
            join_network(shop=found, network=named_network(network), actor=SYSTEM)
        click.echo(found.name)


@networks.command()
@click.argument("network")
@click.argument("shop")
def leave(network: str, shop: str) -> None:
    """Have SHOP (its slug or SIRET) belong to NETWORK no more; it stays in the directory."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        leave_network(shop=found, network=named_network(network), actor=SYSTEM)
    click.echo(found.name)


@networks.command()
@click.argument("network")
@click.argument("email")
@click.option("--editor", is_flag=True, help="To write its pages and read its figures alone.")
def appoint(network: str, email: str, editor: bool) -> None:
    """Have whoever has the address EMAIL coordinate NETWORK; they sign in by a code."""
    role = NetworkRole.EDITOR if editor else NetworkRole.COORDINATOR
    with refusals():
        found = named_network(network)
        appoint_by_mail(network=found, email=email, role=role, actor=SYSTEM)
    click.echo(role.label)


@networks.command()
@click.argument("network")
@click.argument("email")
def release(network: str, email: str) -> None:
    """Have whoever has the address EMAIL work for NETWORK no more."""
    with refusals():
        found = named_network(network)
        person = found.people.filter(user__email__iexact=email.strip()).first()
        user_id = person.user_id if person else 0
        operations.release(network=found, user_id=user_id, actor=SYSTEM)
    click.echo(_("Saved."))


@networks.command()
@click.argument("network")
@click.argument("shop")
def invite(network: str, shop: str) -> None:
    """Offer SHOP (its slug or SIRET) to become a member of NETWORK; its owner decides."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        invite_shop(shop=found, network=named_network(network), actor=SYSTEM)
    click.echo(found.name)


@networks.command(name="reset-factor")
@click.argument("email")
def reset(email: str) -> None:
    """Take the second factor away from whoever has the address EMAIL and lost it: they set up
    another one before they enter an office again, and get a mail that says so."""
    with refusals():
        person = reset_factor(email=email, actor=SYSTEM)
    click.echo(person.email)


@networks.command()
@click.argument("network")
def people(network: str) -> None:
    """List who works for NETWORK: address, role, since when."""
    with refusals():
        found = named_network(network)
    for each in found.people.select_related("user").order_by("since", "pk"):
        row = [each.user.email, each.get_role_display(), each.since.date().isoformat()]
        click.echo("\t".join(row))
