"""The shops of the directory as lists: on the screen, or as the file that an import reads."""

from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import click
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.core.console import refusals
from comptoir.core.errors import Invalid, fill
from comptoir.core.sheet import write_sheet
from comptoir.core.words import distance, in_words
from comptoir.shops import memory
from comptoir.shops.choice.answer import Found, choose
from comptoir.shops.choice.request import DirectoryRequest
from comptoir.shops.choice.when import NOW, read_when
from comptoir.shops.hours import OpenState
from comptoir.shops.kinds import SpecialityKind, Wheelchair
from comptoir.shops.models import ServiceKind, Shop, ShopKind
from comptoir.shops.phrases import opening
from comptoir.shops.places import Point, find_place
from comptoir.shops.sources.models import RegistryState
from comptoir.shops.table import COLUMNS, write_row

_ACCESS = [Wheelchair.YES.value, Wheelchair.LIMITED.value]


@click.command(name="list")
@click.option("--name", "text", default="", help="Words of its name or town.")
@click.option("--kind", type=click.Choice(ShopKind.values))
@click.option("--service", "services", multiple=True, type=click.Choice(ServiceKind.values))
@click.option(
    "--speciality", "specialities", multiple=True, type=click.Choice(SpecialityKind.values)
)
@click.option("--network", default="", help="The word of the association it belongs to.")
@click.option("--department", default="", help="Its code: 86, 2A, 974.")
@click.option("--town", default="", help="The whole name of its town.")
@click.option("--near", default="", help="A town or a postcode: the nearest first.")
@click.option("--within", type=click.FloatRange(0, min_open=True), help="Kilometres from there.")
@click.option("--open", "open_now", is_flag=True, help="Only the shops that are open now.")
@click.option("--open-at", default="", help="Only those open then: “Sunday 11:00”, “2026-12-06”.")
@click.option("--wheelchair", type=click.Choice(_ACCESS), help="With access; or in part, at least.")
@click.option("--ended", is_flag=True, help="Only the shops that have left the network.")
@click.option(
    "--csv",
    "file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write them to this file instead, in the columns that `shops import` reads.",
)
def list_(ended: bool, file: Path | None, **given: Any) -> None:  # noqa: ANN401
    """List the shops: slug, postcode and town, name, whether open now, or hidden for now.

    Services and specialities that are given more than once must all be there. Shops that are hidden
    for now are left out where --open, --open-at or --csv is given.
    """
    if ended:
        _list_ended(given["department"])
        return
    now = timezone.now()
    with refusals():
        request = _request(given, now)
    hidden = not (file or request.open_now or request.open_at or request.open_on)
    shops = Shop.objects.of_network() if hidden else Shop.objects.open_to_public()
    kept = memory.Directory(shops)
    found = choose(request, kept, at=now)
    if file:
        _write(file, found.shops)
        return
    for shop in found.shops:
        click.echo("\t".join(_line(shop, kept.state(shop.pk, now), now, found)))


def _request(given: dict[str, Any], now: datetime) -> DirectoryRequest:
    """Return what the options ask for. Raises `Invalid`."""
    near, within = _point(given["near"]), given["within"]
    if within and near is None:
        raise Invalid("near_missing", _("--within needs --near."), field="near")
    return DirectoryRequest(
        text=given["text"],
        kind=given["kind"] and ShopKind(given["kind"]),
        services=frozenset(map(ServiceKind, given["services"])),
        specialities=frozenset(map(SpecialityKind, given["specialities"])),
        network=given["network"],
        department=given["department"],
        town=given["town"],
        near=near,
        radius_m=within and within * 1000,
        wheelchair=given["wheelchair"] and Wheelchair(given["wheelchair"]),
        **read_when(given["open_at"] or (NOW if given["open_now"] else ""), now=now)._asdict(),
    )


def _point(near: str) -> Point | None:
    if not near.strip():
        return None
    place = find_place(near)
    if place is None:
        told = _("“%(near)s” is no place we know: write a town or a postcode.")
        raise Invalid("unknown_place", fill(told, near=near[:80]), field="near")
    return place.point


def _write(file: Path, shops: list[Shop]) -> None:
    with file.open("wb") as sink:
        write_sheet(sink, chain([COLUMNS], map(write_row, shops)))
    told = ngettext(
        "%(n)d shop written to %(file)s.", "%(n)d shops written to %(file)s.", len(shops)
    )
    click.echo(told % {"n": len(shops), "file": file})


def _line(shop: Shop, state: OpenState, now: datetime, found: Found) -> list[str]:
    town = f"{shop.postcode} {shop.city}"
    away = [] if found.away is None else [distance(found.away[shop.pk])]
    more = [_("placed in its town")] if shop.placed_in_town else []
    if shop.registry_state == RegistryState.CLOSED:
        more.append(_("closed, says the registry: look whether it has"))
    return [shop.slug, town, shop.name, _state(shop, state, now), *away, *more]


def _list_ended(department: str) -> None:
    shops = Shop.objects.exclude(ended_at=None).select_related("merged_into").order_by("ended_at")
    for shop in shops.in_department(department) if department else shops:
        day = in_words(timezone.localtime(shop.ended_at), "SHORT_DATE_FORMAT")
        told = _("left on %(day)s") % {"day": day}
        if shop.merged_into:
            told = _("one with %(other)s since %(day)s") % {"other": shop.merged_into, "day": day}
        click.echo(f"{shop.slug}\t{shop.postcode} {shop.city}\t{shop.name}\t{told}")


def _state(shop: Shop, state: OpenState, at: datetime) -> str:
    if shop.paused_at is not None:
        return _("hidden for now")
    if state.is_open is None and shop.opening_hours:
        return _("hours to be written anew")
    return opening(shop, state, at)
