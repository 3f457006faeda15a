"""The commands about who acts for a shop: its people, its invitations, its programs' tokens."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.core.errors import NotFound
from comptoir.core.words import in_words, until
from comptoir.shops import operations
from comptoir.shops.models import Invitation, Shop, ShopToken, StaffRole
from comptoir.shops.reads import named_shop, people_of

_SHOP = click.argument("shop")
_EMAIL = click.argument("email")


@click.command()
@_SHOP
@_EMAIL
@click.option(
    *("--owner", "--manager", "manager"),
    is_flag=True,
    help="They may also change its settings and people.",
)
@click.option("--name", default="", help="What they are called; else they write it themselves.")
@click.option(
    "--at-once", is_flag=True, help="Send no mail: they work there now, and sign in with a code."
)
def invite(shop: str, email: str, manager: bool, name: str, at_once: bool) -> None:
    """Invite the person at EMAIL to the counter of SHOP (its slug or SIRET), by a mail with a link.

    Inviting them again sends another link.
    """
    role = StaffRole.MANAGER if manager else StaffRole.STAFF
    verb = operations.employ_staff if at_once else operations.invite_staff
    with refusals():
        made = verb(
            shop=named_shop(shop, actor=SYSTEM), email=email, role=role, name=name, actor=SYSTEM
        )
    if isinstance(made, Invitation):
        told = _("%(email)s is invited to %(shop)s: %(role)s. The mail’s link is good %(until)s.")
        end = until(made.ends_at, ZoneInfo(made.shop.time_zone))
        values = {"email": made.email, "until": end}
    else:
        told = _("%(email)s works at %(shop)s: %(role)s. A code by e-mail signs them in.")
        values = {"email": made.user.email}
    click.echo(told % {**values, "shop": made.shop.name, "role": made.get_role_display()})


@click.command()
@_SHOP
@_EMAIL
def uninvite(shop: str, email: str) -> None:
    """Take back the invitation of the person at EMAIL to SHOP: its link is good no more."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        invited = found.invitations.filter(email__iexact=email.strip()).first()
        gone = operations.withdraw_invitation(
            shop=found, invitation_id=invited.pk if invited else 0, actor=SYSTEM
        )
    told = _("The invitation of %(email)s is taken back: its link is good no more.")
    click.echo(told % {"email": gone.email})


@click.command()
@_SHOP
@_EMAIL
@click.argument("new", metavar="ROLE", type=click.Choice(StaffRole.values))
def role(shop: str, email: str, new: str) -> None:
    """Make the person at EMAIL the owner (`manager`) of SHOP, or `staff`."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        staff = operations.change_role(
            shop=found, user_id=_key(found, email), role=StaffRole(new), actor=SYSTEM
        )
    values = {"who": staff.user, "role": staff.get_role_display()}
    click.echo(_("%(who)s: %(role)s from now on.") % values)


@click.command()
@_SHOP
@_EMAIL
def dismiss(shop: str, email: str) -> None:
    """End the access of the person at EMAIL to SHOP at once; their history stays."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        gone = operations.dismiss_staff(shop=found, user_id=_key(found, email), actor=SYSTEM)
    told = _("%(who)s no longer has access to the counter of %(shop)s.")
    click.echo(told % {"who": gone.user, "shop": found.name})


@click.command()
@_SHOP
def people(shop: str) -> None:
    """List who works in SHOP and who is invited: e-mail, name, role, since when, last sign-in."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
    for job in people_of(found):
        since = _("since %(day)s") % {"day": _day(job.since, found)} if job.since else ""
        seen = job.user.last_login
        last = _("last sign-in %(day)s") % {"day": _day(seen, found)} if seen else ""
        _row(
            job.user.email,
            job.user.name,
            job.get_role_display(),
            since,
            last or _("never signed in"),
        )
    now = timezone.now()
    for invited in found.invitations.order_by("sent_at"):
        ends = until(invited.ends_at, ZoneInfo(found.time_zone))
        state = _("invitation good %(until)s") % {"until": ends}
        if invited.ends_at <= now:
            state = _("invitation expired")
        sent = _("invited on %(day)s") % {"day": _day(invited.sent_at, found)}
        _row(invited.email, invited.name, invited.get_role_display(), sent, state)


@click.command()
@_SHOP
@click.argument("label")
def token(shop: str, label: str) -> None:
    """Make an API token for SHOP (its slug or SIRET) and print its secret, this once.

    LABEL names the program that will use it.
    """
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        secret = operations.issue_token(shop=found, label=label, actor=SYSTEM)
    # Nothing else: a script takes what is printed as it is.
    click.echo(secret)


@click.command()
@_SHOP
def tokens(shop: str) -> None:
    """List the API tokens of SHOP: number, day it was made, label, whether it was revoked."""
    with refusals():
        grants = ShopToken.objects.filter(shop=named_shop(shop, actor=SYSTEM)).select_related(
            "token"
        )
    for grant in grants.order_by("token_id"):
        token = grant.token
        state = _("revoked") if token.revoked_at else _("in use")
        click.echo(f"{token.pk}\t{token.created_at:%Y-%m-%d}\t{token.label}\t{state}")


@click.command()
@_SHOP
@click.argument("token_id", type=int)
def revoke(shop: str, token_id: int) -> None:
    """End an API token of SHOP at once, for good; TOKEN_ID is its number in `shops tokens`."""
    with refusals():
        gone = operations.revoke_token(
            shop=named_shop(shop, actor=SYSTEM), token_id=token_id, actor=SYSTEM
        )
    told = _("“%(name)s” acts no more: its token is refused from now on.")
    click.echo(told % {"name": gone.label})


COMMANDS = (invite, uninvite, role, dismiss, people, token, tokens, revoke)


def _key(shop: Shop, email: str) -> int:
    """Return the key of who works in a shop with this address. Raises `NotFound`."""
    staff = shop.staff.filter(user__email__iexact=email.strip()).first()
    if staff is None:
        raise NotFound("no_such_staff", _("This person does not work in this shop."), email=email)
    return staff.user_id


def _day(moment: datetime, shop: Shop) -> str:
    return in_words(moment.astimezone(ZoneInfo(shop.time_zone)), "SHORT_DATE_FORMAT")


def _row(*cells: str) -> None:
    click.echo("\t".join(cells))
