"""What an entry of the audit holds, in words: by the kind of fact, never as a row keeps it.

A fact is known by its name. Sums are prices, moments and days are said in the shop's zone and the
reader's language, an order is its code. Keys of rows and hashes are no words, and are left out; so
is a number whose name says nothing here.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comptoir.core.errors import Message
from comptoir.core.money import format_cents
from comptoir.core.words import clock, in_words, spaced_code
from comptoir.networks.models import NetworkRole
from comptoir.oversight.faults import Fault
from comptoir.payments.kinds import Late, Otherwise, ProviderName
from comptoir.shops.doors.models import DoorsMode
from comptoir.shops.models import StaffRole
from comptoir.shops.page.words import label_of

LONGEST = 120
_HASH = re.compile(r"[0-9a-f]{32,}")


def facts_in_words(
    facts: Mapping[str, Any], zone: ZoneInfo, codes: Mapping[int, str] | None = None
) -> list[str]:
    """Return what is known besides who and what. `zone` is that of the shop, `codes` those of the
    orders that are named, by their keys."""
    known = dict(facts)
    if code := (codes or {}).get(known.get("order") or 0):
        known = {"code": code, **known}
    said = [_fact(name, value, zone)[:LONGEST] for name, value in known.items()]
    return [words for words in said if words]


def _fact(name: str, value: Any, zone: ZoneInfo) -> str:  # noqa: ANN401  what JSON carries
    if name in _LISTS:
        return _LISTS[name](value)
    changed = isinstance(value, list)
    told = [_value(name, each, zone) for each in (value if changed else [value])]
    words = " → ".join(each or "–" for each in told) if any(told) else ""
    label = _NAMES.get(name)
    return _("%(what)s: %(value)s") % {"what": label, "value": words} if label and words else words


def _value(name: str, value: Any, zone: ZoneInfo) -> str:  # noqa: ANN401  what JSON carries
    if isinstance(value, bool):
        return (_("yes") if value else _("no")) if name in _NAMES else ""
    if isinstance(value, int):
        if name == "cents" or name.endswith("_cents"):
            return format_cents(value)
        if name in _COUNTS:
            return _COUNTS[name](value)
        return str(value) if name in _NAMES else ""
    if not isinstance(value, str) or name in _NO_WORDS or _HASH.fullmatch(value):
        return ""
    if name.endswith("_at"):
        return _moment(value, zone)
    return _WORDS[name](value) if name in _WORDS else value


def _moment(value: str, zone: ZoneInfo) -> str:
    moment = datetime.fromisoformat(value)
    moment = moment if timezone.is_aware(moment) else moment.replace(tzinfo=zone)
    parts = {"day": in_words(moment.astimezone(zone).date()), "time": clock(moment, zone)}
    return _("%(day)s, %(time)s") % parts


def _day(value: str) -> str:
    return in_words(date.fromisoformat(value))


def _one_of(choices: Mapping[str, Any]) -> Callable[[str], str]:
    return lambda value: str(choices.get(value, value))


def _faults(values: list[str]) -> str:
    known = [Fault(each).label for each in values if each in Fault]
    return ", ".join(str(each) for each in known)


def _copies(value: int) -> str:
    return ngettext("%(n)s copy", "%(n)s copies", value) % {"n": value}


_LISTS: Mapping[str, Callable[[Any], str]] = {
    "faults": _faults,
    "fields": lambda fields: ", ".join(dict.fromkeys(label_of(each) for each in fields)),
}
_NO_WORDS = {"value"}
"""Texts that only a program reads: the public value of a draw."""
_WORDS: Mapping[str, Callable[[str], str]] = {
    "role": _one_of({**dict(StaffRole.choices), **dict(NetworkRole.choices)}),
    "provider": _one_of(dict(ProviderName.choices)),
    "late": _one_of(dict(Late.choices)),
    "mode": _one_of(dict(DoorsMode.choices)),
    "how": _one_of(dict(Otherwise.choices)),
    "code": spaced_code,
    "dated": _day,
    "first": lambda value: _("from %(day)s") % {"day": _day(value)},
    "last": lambda value: _("until %(day)s") % {"day": _day(value)},
}
_COUNTS: Mapping[str, Callable[[int], str]] = {
    "lines": lambda n: ngettext("%(n)s line", "%(n)s lines", n) % {"n": n},
    "rows": lambda n: ngettext("%(n)s line", "%(n)s lines", n) % {"n": n},
    "titles": lambda n: ngettext("%(n)s title", "%(n)s titles", n) % {"n": n},
    "copies": _copies,
    "quantity": _copies,
    "shops": lambda n: ngettext("%(n)s shop", "%(n)s shops", n) % {"n": n},
    "entries": lambda n: ngettext("%(n)s entry", "%(n)s entries", n) % {"n": n},
    "winners": lambda n: ngettext("%(n)s winner", "%(n)s winners", n) % {"n": n},
    "count": lambda n: ngettext("%(n)s order", "%(n)s orders", n) % {"n": n},
}
_NAMES: Mapping[str, Message] = {
    "publisher_cents": gettext_lazy("the publisher’s price"),
    "till_cents": gettext_lazy("the till’s price"),
    "price_cents": gettext_lazy("decided"),
    "dated": gettext_lazy("dated"),
    "begins_at": gettext_lazy("begins"),
    "ends_at": gettext_lazy("ends"),
    "holds_at": gettext_lazy("to be reserved from"),
    "sale_at": gettext_lazy("on sale from"),
    "online_at": gettext_lazy("posted from"),
    "one_each": gettext_lazy("one copy a person"),
    "shows_copies": gettext_lazy("copies are shown"),
    "unsealed": gettext_lazy("the seal is broken"),
    "slow": gettext_lazy("slow ways of paying"),
    "late": gettext_lazy("late money"),
    "number": gettext_lazy("version"),
    "changed": gettext_lazy("entries changed"),
    "kept_out": gettext_lazy("entries kept out"),
    "refused": gettext_lazy("entries refused"),
}
"""What stands before a value that does not say itself what it is."""
