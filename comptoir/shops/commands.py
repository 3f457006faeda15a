"""The command line of the directory."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.shops import operations
from comptoir.shops.hours import OpenState
from comptoir.shops.models import Shop, ShopToken, StaffRole
from comptoir.shops.outlook import lines, new_hours
from comptoir.shops.reads import DirectoryRequest, directory, named_shop

_SHOWN = 10
_NAMED = 3


@click.group()
def shops() -> None:
    """Import shops, invite their staff, give tokens."""


@shops.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write what was refused (a file of var/reports).",
)
@click.option("--yes", is_flag=True, help="Do not ask whether the opening hours are right.")
def import_(file: Path, report: Path | None, yes: bool) -> None:
    """Take the shops of a CSV FILE into the directory; its columns are in docs/shops.md.

    Importing it again changes nothing. A bad row is refused alone, the rest goes in. Exits with 1
    when every row was refused. New opening hours are shown first as they are understood; at a
    terminal, nothing is taken until you say that they are right.
    """
    with refusals():
        _show_hours(file, ask=not yes and at_terminal())
    with refusals(), _showing() as progress:
        done = operations.import_shops(path=file, report=report, progress=progress)
    if done.ignored_columns:
        click.echo(_("Ignored columns: %s") % ", ".join(done.ignored_columns), err=True)
    for each in done.first_refusals[:_SHOWN]:
        where = " · ".join(filter(None, (_("line %d") % each.line, each.column)))
        click.echo(f"  {where}: {each.reason}", err=True)
    if done.refused > _SHOWN:
        click.echo(_("  … and %d more.") % (done.refused - _SHOWN), err=True)
    click.echo(
        _("%(created)d new, %(changed)d changed, %(unchanged)d unchanged, %(refused)d refused.")
        % {
            "created": done.created,
            "changed": done.changed,
            "unchanged": done.unchanged,
            "refused": done.refused,
        }
    )
    if done.report:
        click.echo(_("Refused rows and why: %s") % done.report)
    if done.refused and not done.taken:
        raise click.exceptions.Exit(1)


def at_terminal() -> bool:
    """Return whether somebody is there to be asked."""
    return sys.stdin.isatty()


def _show_hours(file: Path, *, ask: bool) -> None:
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
        click.confirm(_("Are they right?"), abort=True)


@contextmanager
def _showing() -> Iterator[Callable[[int], None] | None]:
    """Show how many lines were read, on a terminal only."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with console.status("") as status:
        yield lambda line: status.update(_("line %d") % line)


@shops.command(name="list")
@click.option("--department", default="", help="Its code: 86, 2A, 974.")
@click.option("--open", "open_now", is_flag=True, help="Only the shops that are open now.")
def list_(department: str, open_now: bool) -> None:
    """List the shops the public sees: slug, postcode and town, name, whether open now."""
    request = DirectoryRequest(department=department, open_now=open_now)
    for each in directory(request, timezone.now()):
        shop = each.shop
        town = f"{shop.postcode} {shop.city}"
        click.echo(f"{shop.slug}\t{town}\t{shop.name}\t{_state(shop, each.state)}")


def _state(shop: Shop, state: OpenState) -> str:
    if state.appointment:
        return state.appointment.words
    if state.is_open is not None:
        return _("open") if state.is_open else _("closed")
    return _("hours to be written anew") if shop.opening_hours else _("hours unknown")


@shops.command()
@click.argument("shop")
@click.argument("email")
@click.option("--manager", is_flag=True, help="They may also change its settings and people.")
def invite(shop: str, email: str, manager: bool) -> None:
    """Let the person at EMAIL work at the counter of SHOP (its slug or SIRET)."""
    role = StaffRole.MANAGER if manager else StaffRole.STAFF
    with refusals():
        staff = operations.invite_staff(
            shop=named_shop(shop, actor=SYSTEM), email=email, role=role, actor=SYSTEM
        )
    click.echo(
        _("%(email)s works at %(shop)s: %(role)s. A code by e-mail signs them in.")
        % {"email": staff.user.email, "shop": staff.shop.name, "role": staff.get_role_display()}
    )


@shops.command()
@click.argument("shop")
@click.argument("label")
def token(shop: str, label: str) -> None:
    """Make an API token for SHOP (its slug or SIRET) and print its secret, this once.

    LABEL names the program that will use it.
    """
    with refusals():
        secret = operations.issue_token(
            shop=named_shop(shop, actor=SYSTEM), label=label, actor=SYSTEM
        )
    click.echo(secret)


@shops.command()
@click.argument("shop")
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


@shops.command()
@click.argument("shop")
@click.argument("token_id", type=int)
def revoke(shop: str, token_id: int) -> None:
    """End an API token of SHOP at once, for good; TOKEN_ID is its number in `shops tokens`."""
    with refusals():
        operations.revoke_token(
            shop=named_shop(shop, actor=SYSTEM), token_id=token_id, actor=SYSTEM
        )


@shops.command()
@click.argument("shop")
@click.argument("email")
def dismiss(shop: str, email: str) -> None:
    """End the access of the person at EMAIL to SHOP at once; their history stays."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        staff = found.staff.filter(user__email__iexact=email.strip()).first()
        user_id = staff.user_id if staff else 0
        operations.dismiss_staff(shop=found, user_id=user_id, actor=SYSTEM)
