"""The commands of the directory that change a shop: what it says of itself, whether it is shown."""

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.accounts.actors import SYSTEM
from comptoir.core.console import refusals
from comptoir.shops.models import RingsUp, Shop
from comptoir.shops.operations import SettingsChange
from comptoir.shops.reads import named_shop
from comptoir.shops.table import stored
from comptoir.stock.shelf.ledger import change_settings


@click.command()
@click.argument("shop")
@click.option("--resume", is_flag=True, help="Show it again.")
def pause(shop: str, resume: bool) -> None:
    """Hide SHOP from the public at once; its reservations stay."""
    change = SettingsChange(paused=not resume)
    with refusals():
        done = change_settings(shop=named_shop(shop, actor=SYSTEM), change=change, actor=SYSTEM)
    told = _("%(shop)s is hidden from the public; the reservations it has stay.")
    if resume:
        told = _("%(shop)s is shown to the public again.")
    click.echo(told % {"shop": done.name})


@click.command()
@click.argument("shop")
@click.option("--name", help="Its name; its addresses stay (`rename` changes them too).")
@click.option("--kind", help="books, records or both.")
@click.option("--address", "street", help="Street and number.")
@click.option("--postcode", help="Five digits.")
@click.option("--city", help="The town; another one moves the shop there.")
@click.option("--latitude", help="Degrees, as 46.5802.")
@click.option("--longitude", help="Degrees, as 0.3404.")
@click.option("--phone", help="As one dials it there, or with +.")
@click.option("--email", help="Where readers write to.")
@click.option("--website", help="Its own site.")
@click.option("--description", help="A few words about it.")
@click.option("--hours", "opening_hours", help="In words, or as OpenStreetMap writes them.")
@click.option("--services", help="Codes, by commas; empty for none.")
@click.option("--hold-days", type=int, help="How many opening days copies are kept.")
@click.option("--safety-stock", type=int, help="Copies of each title never promised.")
@click.option("--rings-up", type=click.Choice(RingsUp.values), help="When its till learns.")
def edit(shop: str, services: str | None, rings_up: str | None, **given: str | int | None) -> None:
    """Change what SHOP (its slug or SIRET) says of itself; an empty text empties a field."""
    change = SettingsChange(
        services=None if services is None else frozenset(services.replace(",", " ").split()),
        rings_up=None if rings_up is None else RingsUp(rings_up),
        **given,  # type: ignore[arg-type]
    )
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        before = stored(found)
        after = stored(change_settings(shop=found, change=change, actor=SYSTEM))
    changed = [name for name, value in after.items() if value != before[name]]
    _tell_changed(found, changed, after)


def _tell_changed(shop: Shop, changed: list[str], after: dict[str, object]) -> None:
    if not changed:
        click.echo(_("%(shop)s is as it was: nothing is changed.") % {"shop": shop.name})
        return
    told = ngettext(
        "%(shop)s: %(n)d field is changed.", "%(shop)s: %(n)d fields are changed.", len(changed)
    )
    click.echo(told % {"shop": shop.name, "n": len(changed)})
    for name in changed:
        value = after[name]
        click.echo(f"  {name}: {' '.join(value) if isinstance(value, list) else value}")
