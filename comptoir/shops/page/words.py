"""What an act changed of a shop, in words, in the reader's language."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comptoir.core.errors import Message
from comptoir.core.words import day_and_month
from comptoir.shops.contacts import written_phone
from comptoir.shops.kinds import SpecialityKind, StockShown, Wheelchair
from comptoir.shops.models import RingsUp, ServiceKind, Shop, ShopKind
from comptoir.shops.page.lists import stands
from comptoir.shops.page.models import FieldChange
from comptoir.shops.page.parcels import tariff_told
from comptoir.shops.page.state import FIXED, LISTS, state_of, unit_of
from comptoir.shops.phrases import week_in_words

LONGEST = 120
"""Characters of a text that a line shows before it is cut."""

LABELS: Mapping[str, Message] = {
    "created": gettext_lazy("In the directory"),
    "name": gettext_lazy("Name of the shop"),
    "slug": gettext_lazy("Word in its addresses"),
    "kind": gettext_lazy("What it sells"),
    "siret": "SIRET",
    "street": gettext_lazy("Street and number"),
    "place": gettext_lazy("Where it is"),
    "phone": gettext_lazy("Telephone"),
    "email": gettext_lazy("E-mail address"),
    "website": gettext_lazy("Website"),
    "description": gettext_lazy("A few words about the shop"),
    "opening_hours": gettext_lazy("Opening hours"),
    "hold_days": gettext_lazy("Copies are kept (opening days)"),
    "safety_stock": gettext_lazy("Copies of each title never promised"),
    "asks_after": gettext_lazy("Who does not collect"),
    "rings_up": gettext_lazy("A collected copy is rung up on your till"),
    "told_delay": gettext_lazy("Delay of the till’s files (minutes)"),
    "confirm_after": gettext_lazy("To be confirmed after (minutes)"),
    "wheelchair": gettext_lazy("With a wheelchair"),
    "stock_shown": gettext_lazy("What other sites see of your stock"),
    "open_data": gettext_lazy("Your entry as open data"),
    "shares_stock": gettext_lazy("Your stock for colleagues"),
    "host": gettext_lazy("Host of the shop’s own site"),
    "inventory_word": gettext_lazy("Address of the stock for others"),
    "circulars_by_mail": gettext_lazy("Messages of networks by mail"),
    "paused_at": gettext_lazy("On the public site"),
    "ended_at": gettext_lazy("In the network"),
    "merged_into_id": gettext_lazy("Part of another shop"),
    "services": gettext_lazy("Services"),
    "specialities": gettext_lazy("What you are known for"),
    "networks": gettext_lazy("Networks"),
    "closures": gettext_lazy("Exceptional closures"),
    "links": gettext_lazy("Links"),
    "photos": gettext_lazy("Photos"),
    "picks": gettext_lazy("Order of your words on titles"),
    "posting": gettext_lazy("Prices of parcels"),
}
"""What a field, or a unit of several, is called."""

_CHOICES: Mapping[str, type[Any]] = {
    "kind": ShopKind,
    "rings_up": RingsUp,
    "wheelchair": Wheelchair,
    "stock_shown": StockShown,
}


class Line:
    """One line of the history: what was changed, by which word it is put back, whether it can be,
    whether it was, and whether it still stands."""

    def __init__(
        self, unit: str, changes: Sequence[FieldChange], shop: Shop, *, standing: bool
    ) -> None:
        self.unit = unit
        self.label = label_of(unit)
        self.told = _told(unit, changes, shop)
        self.undone = all(each.undone_id for each in changes)
        self.fixed = any(each.field in FIXED for each in changes)
        self.stands = standing

    @property
    def changed_since(self) -> bool:
        """Whether something else stands there by now, and not because this was undone."""
        return not (self.stands or self.undone or self.fixed)


def label_of(unit: str) -> str:
    """Return what a field, or a unit of several, is called; a column without a name by itself."""
    return str(LABELS.get(unit, unit))


def lines_of(changes: Iterable[FieldChange], has: Mapping[str, Any], shop: Shop) -> list[Line]:
    """Return what an act changed as lines, a unit each; `has` is what stands now, by field."""
    units: dict[str, list[FieldChange]] = {}
    for change in changes:
        units.setdefault(unit_of(change.field), []).append(change)
    return [
        Line(unit, each, shop, standing=all(_stands(change, has) for change in each))
        for unit, each in units.items()
    ]


def _stands(change: FieldChange, has: Mapping[str, Any]) -> bool:
    return stands(change.field, change.before, change.after, has.get(change.field))


def said_now(shop: Shop, field: str) -> str:
    """Return what stands in a field of a shop, in words."""
    has = state_of(shop, [field] if field in LISTS else [])[field]
    if field in LISTS or field in _SPECIAL:
        return "; ".join(_SPECIAL[field](type(has)(), has))
    return _value(field, has, shop)


def _told(unit: str, changes: Sequence[FieldChange], shop: Shop) -> list[str]:
    """Return in sentences what was changed."""
    first = changes[0]
    if unit in _SPECIAL:
        return _SPECIAL[unit](first.before, first.after)
    if unit == "place":
        before = {each.field: each.before for each in changes}
        after = {each.field: each.after for each in changes}
        return [_between(_place(before, shop), _place(after, shop))]
    was, now = (_value(unit, each, shop) for each in (first.before, first.after))
    if unit == "opening_hours" and was == now:
        # What differs is no usual day: the notation alone shows it.
        was, now = str(first.before), str(first.after)
    return [_between(was, now)]


def _between(before: str, after: str) -> str:
    if not before:
        return _("“%(after)s”, where nothing was") % {"after": after}
    if not after:
        return _("emptied; it was “%(before)s”") % {"before": before}
    return _("“%(after)s”; it was “%(before)s”") % {"after": after, "before": before}


def _place(kept: Mapping[str, Any], shop: Shop) -> str:
    if "city" in kept or "postcode" in kept:
        town = f"{kept.get('postcode', shop.postcode)} {kept.get('city', shop.city)}"
        return town if "latitude" not in kept else f"{town} ({_point(kept)})"
    return _point(kept) or str(kept.get("time_zone", ""))


def _point(kept: Mapping[str, Any]) -> str:
    numbers = [kept[name] for name in ("latitude", "longitude") if name in kept]
    if not numbers:
        return _("in the middle of its town") if kept.get("placed_in_town") else ""
    return " / ".join(f"{each:.5f}" for each in numbers)


def _value(field: str, kept: Any, shop: Shop) -> str:  # noqa: ANN401
    if kept is None or kept == "":
        return ""
    if field in _CHOICES:
        return str(_CHOICES[field](kept).label)
    if field == "opening_hours":
        return week_in_words(kept, postcode=shop.postcode, today=timezone.localdate())
    if field == "phone":
        return written_phone(kept, shop.postcode)
    text = " ".join(str(kept).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _services(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    labels = {each.value: str(each.label) for each in ServiceKind}
    found = _came_and_went(before, after, labels)
    for kind in labels:
        if kind in after and after[kind] != before.get(kind, ""):
            how = _between(before.get(kind, ""), after[kind])
            found.append(_("%(what)s: %(how)s") % {"what": labels[kind], "how": how})
    return found


def _specialities(before: Sequence[str], after: Sequence[str]) -> list[str]:
    labels = {each.value: str(each.label) for each in SpecialityKind}
    return _came_and_went(before, after, labels)


def _networks(before: Sequence[str], after: Sequence[str]) -> list[str]:
    return _came_and_went(before, after, {each: each for each in (*before, *after)})


def _came_and_went(
    before: Iterable[str], after: Iterable[str], labels: Mapping[str, str]
) -> list[str]:
    came = [name for kind, name in labels.items() if kind in after and kind not in before]
    went = [name for kind, name in labels.items() if kind in before and kind not in after]
    told = [_("added: %s") % ", ".join(came)] if came else []
    return told + ([_("taken out: %s") % ", ".join(went)] if went else [])


def _closures(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]) -> list[str]:
    def said(closure: Mapping[str, str]) -> str:
        first, last = (day_and_month(date.fromisoformat(closure[n])) for n in ("first", "last"))
        days = first if first == last else f"{first} – {last}"
        return f"{days} ({closure['reason']})" if closure["reason"] else days

    return _came_and_went(
        [said(each) for each in before],
        [said(each) for each in after],
        {said(each): said(each) for each in (*before, *after)},
    )


def _links(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]) -> list[str]:
    labels = {f"{each['label']} {each['url']}": each["label"] for each in (*before, *after)}
    were, are = ([f"{each['label']} {each['url']}" for each in links] for links in (before, after))
    return _came_and_went(were, are, labels) or [_("in another order")]


def _photos(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]) -> list[str]:
    were, are = ({each["file"]: each for each in photos} for photos in (before, after))
    labels = {each["file"]: _("“%s”") % each["alt"] for each in (*before, *after)}
    found = _came_and_went(list(were), list(are), labels)
    for file in were.keys() & are.keys():
        for name, what in (("alt", _("What one sees")), ("credit", _("Photo by"))):
            if were[file][name] != are[file][name]:
                how = _between(were[file][name], are[file][name])
                found.append(_("%(what)s: %(how)s") % {"what": what, "how": how})
    return found or [_("in another order")]


def _picks(_before: Sequence[int], after: Sequence[int]) -> list[str]:
    told = ngettext("%(n)s word in another order", "%(n)s words in another order", len(after))
    return [told % {"n": len(after)}]


def _or(yes: Message, no: Message) -> Callable[[Any, Any], list[str]]:
    return lambda _before, after: [str(yes if after else no)]


_SPECIAL: Mapping[str, Callable[[Any, Any], list[str]]] = {
    "services": _services,
    "specialities": _specialities,
    "networks": _networks,
    "closures": _closures,
    "links": _links,
    "photos": _photos,
    "picks": _picks,
    "posting": tariff_told,
    "open_data": _or(gettext_lazy("given away"), gettext_lazy("not given away any more")),
    "shares_stock": _or(
        gettext_lazy("shared, as theirs with you"), gettext_lazy("no longer shared")
    ),
    "circulars_by_mail": _or(gettext_lazy("sent"), gettext_lazy("no longer sent")),
    "paused_at": _or(gettext_lazy("hidden for now"), gettext_lazy("shown")),
    "ended_at": _or(gettext_lazy("has left"), gettext_lazy("has come back")),
    "inventory_word": _or(gettext_lazy("given, or another one"), gettext_lazy("taken away")),
    "merged_into_id": lambda _before, _after: [_("made one with another shop")],
    "created": lambda _before, after: [_("“%s” is taken in") % after],
}
