"""The commands of the directory that change a shop: what it says of itself, whether it is shown."""

from typing import Any

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
@click.option("--how", multiple=True, help="How services are used: “phone_orders: 9:30–18:00”.")
@click.option("--specialities", help="Codes, by commas; empty for none.")
@click.option("--wheelchair", help="yes, limited or no; empty: nobody said.")
@click.option("--stock-shown", help="What others see of its stock: exact, in_stock or nothing.")
@click.option("--open-data/--no-open-data", default=None, help="Whether its entry is given away.")
@click.option("--hold-days", type=int, help="How many opening days copies are kept.")
@click.option("--safety-stock", type=int, help="Copies of each title never promised.")
@click.option("--rings-up", type=click.Choice(RingsUp.values), help="When its till learns.")
def edit(shop: str, how: tuple[str, ...], **given: Any) -> None:  # noqa: ANN401
    """Change what SHOP (its slug or SIRET) says of itself; an empty text empties a field.

    --how is given once for each service whose use changes; nothing behind its colon empties it.
    """
    for name in ("services", "specialities"):
        if given[name] is not None:
            given[name] = frozenset(given[name].replace(",", " ").split())
    if given["rings_up"] is not None:
        given["rings_up"] = RingsUp(given["rings_up"])
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        change = SettingsChange(service_details=_details(found, how), **given)
        before = stored(found)
        after = stored(change_settings(shop=found, change=change, actor=SYSTEM))
    changed = [name for name, value in after.items() if value != before[name]]
    _tell_changed(found, changed, after)


def _details(shop: Shop, how: tuple[str, ...]) -> dict[str, str] | None:
    """Return how a shop's services are used once some of it is changed; None where nothing is."""
    if not how:
        return None
    told = {service.kind: service.how for service in shop.services.all()}
    for kind, _colon, words in (each.partition(":") for each in how):
        told[kind.strip()] = words.strip()
    return told


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
