"""What a shop decides about itself, and what it says of itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Invalid, fill
from comptoir.core.identifiers import parse_website
from comptoir.core.text import one_line, plain_lines
from comptoir.networks.models import Network
from comptoir.shops import hours
from comptoir.shops.contacts import parse_email, parse_shop_phone, time_zone_of
from comptoir.shops.kinds import LIMITS, check_number
from comptoir.shops.likeness import town_of
from comptoir.shops.models import RingsUp, Service, Shop, Speciality
from comptoir.shops.operations.memberships import give_membership
from comptoir.shops.operations.origins import note_written
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.page.meanwhile import unless_changed
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.shops.places import find_place
from comptoir.shops.sheet.codes import detail
from comptoir.shops.table import COLUMNS, LISTS, REQUIRED, stored
from comptoir.shops.whereabouts import check_whereabouts

_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "email": parse_email,
    "website": parse_website,
    "opening_hours": hours.validate,
    **{name: COLUMNS[name] for name in ("name", "kind", "street", "postcode", "city")},
    **{name: COLUMNS[name] for name in ("latitude", "longitude", "wheelchair")},
}
_KEPT_AS = {"service_details": "services"}
_PLACE = ("postcode", "city", "latitude", "longitude")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChange:
    """What to change about a shop; None leaves a thing as it is, an empty text empties it.

    Coordinates are degrees in a text, as somebody types them; `services` and `specialities` are
    codes. `service_details` says of services, by their codes, how one uses them, and nothing of
    those that are left out.
    """

    name: str | None = None
    kind: str | None = None
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    services: frozenset[str] | None = None
    service_details: Mapping[str, str] | None = None
    specialities: frozenset[str] | None = None
    wheelchair: str | None = None
    open_data: bool | None = None
    shares_stock: bool | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    description: str | None = None
    opening_hours: str | None = None
    hold_days: int | None = None
    safety_stock: int | None = None
    asks_after: int | None = None
    told_delay: int | None = None
    confirm_after: int | None = None
    rings_up: RingsUp | None = None
    stock_shown: str | None = None
    paused: bool | None = None


@transaction.atomic
def update_settings(
    *, shop: Shop, change: SettingsChange, actor: Actor, since: int | None = None
) -> Shop:
    """Change what a shop decides about itself and return it.

    A paused shop is hidden from the public at once; its reservations stay. New opening hours count
    for the deadlines set from now on. Another town moves the shop to where that town is, unless
    coordinates are given; its clock follows its postcode unless somebody set it. Of a field that
    the change leaves as it is, the author stays the same (`FieldOrigin`). With `since`, the last
    act that the sender has seen, what they left as it stood then does not undo what another has
    changed meanwhile.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the shop, its lists, its history, who wrote which
    of its fields. Raises `NotFound`, `Forbidden`, `Conflict` (`shop_ended`; `changed_meanwhile`,
    with the fields that two have changed), `Invalid` (the code of the value that is wrong, its
    field in `data`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    now = timezone.now()
    change = _meant(shop, change, since)
    written = check_settings(shop=shop, change=change)
    if change.paused is not None:
        written["paused_at"] = (shop.paused_at or now) if change.paused else None
    beside = ("paused_at", "placed_in_town", "shares_stock", "asks_after")
    has = stored(shop) | {name: getattr(shop, name) for name in beside}
    written = {name: value for name, value in written.items() if has[name] != value}
    write_fields(shop, written, actor=actor, at=now)
    return shop


def _meant(shop: Shop, change: SettingsChange, since: int | None) -> SettingsChange:
    """Return what of a change its sender changed themselves (`unless_changed`)."""
    if since is None:
        return change
    wanted = check_settings(shop=shop, change=change)
    told = {name: getattr(change, name) for name in wanted if hasattr(change, name)}
    services = _services_after(shop, wanted)
    kept = {name: value for name, value in wanted.items() if name not in LISTS} | (
        {"services": services} if services is not None else {}
    )
    if "specialities" in wanted:
        kept["specialities"] = sorted(wanted["specialities"])
    meant = {_KEPT_AS.get(name, name) for name in told} & unless_changed(shop, kept, since).keys()
    left = {name: None for name in told if _KEPT_AS.get(name, name) not in meant}
    return replace(change, **left)


def _services_after(shop: Shop, written: Mapping[str, Any]) -> dict[str, str] | None:
    """Return a shop's services and how each is used as its history has them, once fields are
    written; None where these say nothing of it."""
    if not written.keys() & {"services", "service_details"}:
        return None
    has = dict(shop.services.values_list("kind", "how"))
    if "service_details" in written:
        told = dict(each.partition(": ")[::2] for each in written["service_details"])
        has = dict.fromkeys(has, "") | told
    if "services" in written:
        has = {kind: has.get(kind, "") for kind in written["services"]}
    return dict(sorted(has.items()))


def write_fields(shop: Shop, written: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    """Save fields of a locked shop in the form that is stored, its history, and who wrote them.

    A step inside the transaction of a verb that has looked.
    """
    with act_on(shop, *kept_lists(written), actor=actor, at=at):
        if "postcode" in written and shop.time_zone == time_zone_of(shop.postcode):
            shop.time_zone = time_zone_of(written["postcode"])
        for name, value in written.items():
            if name not in LISTS:
                setattr(shop, name, value)
        shop.save()
        set_lists(shop, written, actor=actor)
    # That its point is its town's follows from the town, and nobody wrote it.
    note_written(shop, written.keys() - {"placed_in_town"}, actor=actor, at=at)


def kept_lists(written: Iterable[str]) -> list[str]:
    """Return by which names the history keeps those of some fields that are lists."""
    return sorted({_KEPT_AS.get(name, name) for name in written if name in LISTS})


def set_services(shop: Shop, wanted: frozenset[str]) -> None:
    """Make a locked shop's services those wanted. A step of a verb that has looked."""
    present = set(shop.services.values_list("kind", flat=True))
    if gone := present - wanted:
        shop.services.filter(kind__in=gone).delete()
    Service.objects.bulk_create(Service(shop=shop, kind=kind) for kind in sorted(wanted - present))


def set_lists(shop: Shop, written: Mapping[str, Any], *, actor: Actor) -> None:
    """Make those of a locked shop's `LISTS` that are written what they are to be; a network is
    joined, and never left. A step of a verb that has looked."""
    if "services" in written:
        set_services(shop, frozenset(written["services"]))
    if "service_details" in written:
        _set_details(shop, written["service_details"])
    if "specialities" in written:
        wanted = set(written["specialities"])
        shop.specialities.exclude(kind__in=wanted).delete()
        present = set(shop.specialities.values_list("kind", flat=True))
        new = sorted(wanted - present)
        Speciality.objects.bulk_create(Speciality(shop=shop, kind=kind) for kind in new)
    for network in Network.objects.filter(slug__in=written.get("networks", ())):
        give_membership(shop, network, actor)


def _set_details(shop: Shop, details: Iterable[str]) -> None:
    """Write how services are used, and offer those that are used so."""
    how = {kind: words for kind, _sign, words in (each.partition(": ") for each in details)}
    has = shop.services.values_list("kind", flat=True)
    put_services(shop, dict.fromkeys(has, "") | how)


def put_services(shop: Shop, how: Mapping[str, str]) -> None:
    """Make a locked shop's services those, each used so. A step of a verb that has looked."""
    set_services(shop, frozenset(how))
    for service in shop.services.select_for_update():
        if service.how != how.get(service.kind, ""):
            service.how = how.get(service.kind, "")
            service.save(update_fields=["how"])


def check_settings(*, shop: Shop, change: SettingsChange) -> dict[str, Any]:
    """Return what a change would write, by field and in the form that is stored, and write nothing.

    Whether the shop is shown (`paused`) is left out. Raises `Invalid` as `update_settings` does.
    """
    given = {each.name: getattr(change, each.name) for each in fields(change)}
    asked = {n: value for n, value in given.items() if value is not None and n != "paused"}
    # Where the shop is comes first: a telephone number is read as it is dialled there.
    order = sorted(asked, key=lambda name: name == "phone")
    postcode = shop.postcode
    found: dict[str, Any] = {}
    for name in order:
        postcode = found.get("postcode", postcode)
        try:
            found[name] = _checked(name, asked[name], postcode)
        except Invalid as refusal:
            refusal.data.setdefault("field", name)
            raise
    return found | _placed(shop, found)


def _checked(name: str, value: Any, postcode: str) -> Any:  # noqa: ANN401
    """Return a value in the form that is stored. Raises `Invalid`."""
    if name in LIMITS:
        return check_number(name, value)
    if name == "rings_up":
        return RingsUp(value)
    if name == "stock_shown":
        return COLUMNS["stock_shown"](value)
    if name in ("services", "specialities"):
        return COLUMNS[name](" ".join(value))
    if name == "service_details":
        told = {kind: one_line(how) for kind, how in value.items()}
        return [detail(kind, told[kind]) for kind in sorted(told) if told[kind]]
    if name in ("open_data", "shares_stock"):
        return value
    text = plain_lines(value)
    if not text and name in REQUIRED:
        raise Invalid("missing", _("This must not be empty."))
    if text and name == "phone":
        return parse_shop_phone(text, postcode)
    return _PARSERS[name](text) if text and name in _PARSERS else text


def _placed(shop: Shop, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the coordinates of a shop whose town changes, and that it stands at its town's; look
    at those that are typed, which are its own.

    Raises `Invalid` where its town is not known (`unknown_town`), or the point is far from it.
    """
    has = {name: found.get(name, getattr(shop, name)) for name in _PLACE}
    if all(has[name] == getattr(shop, name) for name in _PLACE):
        return {}
    typed = any(has[name] != getattr(shop, name) for name in ("latitude", "longitude"))
    if typed or town_of(has["city"]) == town_of(shop.city):
        # A town that is spelt otherwise, or a postcode put right, moves nobody.
        check_whereabouts(*has.values())
        return {"placed_in_town": False} if typed else {}
    place = find_place(f"{has['postcode']} {has['city']}")
    if place is None:
        told = _("No town is known as %(place)s: check it, or give its latitude and longitude.")
        where = f"{has['postcode']} {has['city']}"
        raise Invalid("unknown_town", fill(told, place=where), field="city")
    return {"latitude": place.latitude, "longitude": place.longitude, "placed_in_town": True}
