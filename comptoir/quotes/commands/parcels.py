"""What a shop asks for parcels, and its books with two prices, on the command line."""

from datetime import date
from zoneinfo import ZoneInfo

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.reads import find_product
from comptoir.core.console import refusals
from comptoir.core.errors import invalid
from comptoir.core.money import format_cents, parse_cents, plain_cents
from comptoir.quotes.commands.days import read_day
from comptoir.quotes.conflicts import open_conflicts
from comptoir.quotes.models import Tariff
from comptoir.quotes.operations import BandSaid, TariffSaid, decide_price, write_tariff
from comptoir.quotes.places import Zone
from comptoir.quotes.reads import tariff_on, tariffs_to_come
from comptoir.quotes.start import STARTING_BANDS
from comptoir.shops.models import Shop
from comptoir.shops.reads import named_shop

_HELP = "zone:grams:euros or zone:gramsxmm:euros, and perhaps :tracked (france:250x30:4,00)."


@click.command()
@click.argument("shop")
@click.option("--band", "bands", multiple=True, help=_HELP)
@click.option("--start", is_flag=True, help="Write the values to begin with.")
@click.option("--nothing", is_flag=True, help="Post nothing from that day on.")
@click.option("--since", default="", help="As 2026-12-01; today without it.")
@click.option("--box", type=int, default=80, help="What an empty box weighs, in grams.")
@click.option("--box-mm", type=int, default=5, help="How thick an empty box is, in mm.")
@click.option("--till-discounts", is_flag=True, help="Lower prices of the till are discounts.")
def tariff(
    shop: str,
    bands: tuple[str, ...],
    start: bool,
    nothing: bool,
    since: str,
    box: int,
    box_mm: int,
    till_discounts: bool,
) -> None:
    """Write what SHOP (its slug or SIRET) asks for parcels from a day on, or list it."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        now = timezone.now()
        today = now.astimezone(ZoneInfo(found.time_zone)).date()
        if bands or start or nothing:
            said = TariffSaid(
                since=read_day(since) or today,
                bands=[*(STARTING_BANDS if start else ()), *(_band(each) for each in bands)],
                box_grams=box,
                box_mm=box_mm,
                till_discounts=till_discounts,
            )
            write_tariff(shop=found, said=said, actor=SYSTEM, now=now)
    _list(found, today)


@click.command()
@click.argument("shop")
@click.argument("product", required=False)
@click.argument("euros", required=False)
def decide(shop: str, product: str | None, euros: str | None) -> None:
    """List books of SHOP in stock whose till and publisher say two prices, or decide that PRODUCT
    costs EUROS posted: one of both."""
    with refusals():
        found = named_shop(shop, actor=SYSTEM)
        if product and euros:
            title = find_product(product, found.pk)
            decide_price(
                shop=found, product_id=title.pk, price_cents=parse_cents(euros), actor=SYSTEM
            )
    for each in open_conflicts(found):
        prices = each.prices
        till, publisher = (format_cents(n) for n in (prices.till_cents, prices.publisher_cents))
        told = _("till %(till)s, publisher %(publisher)s") % {"till": till, "publisher": publisher}
        click.echo("\t".join([each.ref, each.title, told]))


def _list(shop: Shop, today: date) -> None:
    now = tariff_on(shop, today)
    for each in [*([now] if now else []), *tariffs_to_come(shop, today)]:
        box = f"+{each.box_grams} g, {each.box_mm} mm"
        click.echo("\t".join([each.since.isoformat(), box]))
        _list_bands(each)


def _list_bands(tariff: Tariff) -> None:
    for band in tariff.bands.all():
        size = f"{band.max_grams}" if band.max_mm is None else f"{band.max_grams}x{band.max_mm}"
        parts = [band.zone, size, plain_cents(band.price_cents)]
        click.echo("\t" + ":".join([*parts, "tracked"] if band.tracked else parts))


def _band(text: str) -> BandSaid:
    """Return a band as it is typed. Raises `Invalid` (`bad_band`, `bad_price`)."""
    parts = text.split(":")
    size, _by, mm = parts[1].partition("x") if len(parts) > 2 else ("", "", "")
    fine = len(parts) in {3, 4} and parts[0] in Zone.values and parts[3:] in ([], ["tracked"])
    if not (fine and size.isdecimal() and (mm.isdecimal() or not mm)):
        told = _("“%(text)s” is no price of a parcel: write zone:grams:euros, such as %(like)s.")
        raise invalid("band", told % {"text": text[:40], "like": "france:500:7,50:tracked"})
    cents = parse_cents(parts[2])
    return BandSaid(
        Zone(parts[0]), int(size), cents, int(mm) if mm else None, tracked=len(parts) == 4
    )
