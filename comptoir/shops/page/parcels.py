"""What was changed of a shop's prices of parcels, in words. `quotes` writes them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.core.money import format_cents
from comptoir.core.words import in_words
from comptoir.shops.kinds import Zone

Kept = Mapping[str, Any]
"""A tariff as the history keeps it: `since`, `box_grams`, `box_mm`, `till_discounts`, `bands`."""


def tariff_told(before: Kept | None, after: Kept | None) -> list[str]:
    """Return in sentences what was changed of the prices of parcels of one day."""
    day = in_words(date.fromisoformat((after or before or {})["since"]))
    if after is None:
        return [_("prices from %(day)s on taken back") % {"day": day}]
    if not after["bands"]:
        return [_("from %(day)s on nothing is posted") % {"day": day}]
    were = [_band(each) for each in before["bands"]] if before else []
    are = [_band(each) for each in after["bands"]]
    told = [_("from %(day)s on") % {"day": day}]
    if came := [each for each in are if each not in were]:
        told.append(_("added: %s") % _between().join(came))
    if went := [each for each in were if each not in are]:
        told.append(_("taken out: %s") % _between().join(went))
    if before is None or (before["box_grams"], before["box_mm"]) != (
        after["box_grams"],
        after["box_mm"],
    ):
        box = {"grams": after["box_grams"], "mm": after["box_mm"]}
        told.append(_("a box weighs %(grams)s g and is %(mm)s mm thick") % box)
    if before is None or before["till_discounts"] != after["till_discounts"]:
        told.append(
            _("lower prices of the till are the discount of the counter")
            if after["till_discounts"]
            else _("every other price of the till is looked at")
        )
    return told


def _between() -> str:
    return pgettext("between prices of parcels", "; ")


def _band(band: Kept) -> str:
    """Return one price in words: `France, 500 g: €4.95`."""
    size = f"{band['max_grams']} g"
    if band["max_mm"] is not None:
        size += f", {band['max_mm']} mm"
    values = {
        "zone": Zone(band["zone"]).label,
        "size": size,
        "price": format_cents(band["price_cents"]),
    }
    if band["tracked"]:
        return _("%(zone)s, %(size)s, tracked: %(price)s") % values
    return _("%(zone)s, %(size)s: %(price)s") % values
