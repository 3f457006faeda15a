"""What a shop decides about itself."""

from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.core.text import plain_lines
from comptoir.shops import hours
from comptoir.shops.contacts import parse_email, parse_shop_phone, parse_website
from comptoir.shops.models import LIMITS, RingsUp, Shop, check_number
from comptoir.shops.operations.origins import note_written
from comptoir.shops.operations.scope import Verb, in_scope

_PARSERS = {
    "email": parse_email,
    "website": parse_website,
    "opening_hours": hours.validate,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChange:
    """What to change about a shop; None leaves a thing as it is, an empty text empties it."""

    phone: str | None = None
    email: str | None = None
    website: str | None = None
    description: str | None = None
    opening_hours: str | None = None
    hold_days: int | None = None
    safety_stock: int | None = None
    told_delay: int | None = None
    confirm_after: int | None = None
    rings_up: RingsUp | None = None
    paused: bool | None = None


@transaction.atomic
def update_settings(*, shop: Shop, change: SettingsChange, actor: Actor) -> Shop:
    """Change what a shop decides about itself and return it.

    A paused shop is hidden from the public at once; its reservations stay. New opening hours count
    for the deadlines set from now on. Of a field that the change leaves as it is, the author stays
    the same (`FieldOrigin`).

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the shop, who wrote which of its fields. Raises
    `NotFound`, `Forbidden`, `Invalid` (the code of the value that is wrong).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    now = timezone.now()
    written = check_settings(shop=shop, change=change)
    if change.paused is not None:
        written["paused_at"] = (shop.paused_at or now) if change.paused else None
    written = {n: value for n, value in written.items() if _plain(getattr(shop, n)) != value}
    for name, value in written.items():
        setattr(shop, name, value)
    shop.save()
    note_written(shop, written, actor=actor, at=now)
    return shop


def _checked(shop: Shop, name: str, value: Any) -> Any:  # noqa: ANN401
    """Return a value in the form that is stored. Raises `Invalid`."""
    if name in LIMITS:
        return check_number(name, value)
    if name == "rings_up":
        return RingsUp(value)
    text = plain_lines(value)
    if text and name == "phone":
        return parse_shop_phone(text, shop.postcode)
    return _PARSERS[name](text) if text and name in _PARSERS else text


def _plain(value: Any) -> Any:  # noqa: ANN401
    return plain_lines(value) if isinstance(value, str) else value


def check_settings(*, shop: Shop, change: SettingsChange) -> dict[str, Any]:
    """Return what a change would write, by field and in the form that is stored, and write nothing.

    Whether the shop is shown (`paused`) is left out. Raises `Invalid` as `update_settings` does.
    """
    given = {each.name: getattr(change, each.name) for each in fields(change)}
    asked = {n: value for n, value in given.items() if value is not None and n != "paused"}
    return {name: _checked(shop, name, value) for name, value in asked.items()}
