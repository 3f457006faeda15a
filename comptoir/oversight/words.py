"""What an entry of the audit holds, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.core.words import spaced_code
from comptoir.networks.models import NetworkRole
from comptoir.oversight.faults import Fault
from comptoir.shops.models import StaffRole
from comptoir.shops.page.words import label_of

LONGEST = 120


def facts_in_words(facts: Mapping[str, Any]) -> list[str]:
    """Return what is known besides who and what: of what has no words of its own, the value."""
    return [words for name, value in facts.items() if (words := _fact(name, value))[:LONGEST]]


def _fact(name: str, value: Any) -> str:  # noqa: ANN401  what JSON carries
    if name in _WORDS:
        return _WORDS[name](value)
    return str(value)[:LONGEST] if isinstance(value, str | int) and value is not True else ""


def _role(value: str) -> str:
    roles = {**dict(StaffRole.choices), **dict(NetworkRole.choices)}
    return str(roles.get(value, value))


def _faults(values: list[str]) -> str:
    known = [Fault(each).label for each in values if each in Fault]
    return ", ".join(str(each) for each in known)


def _lines(value: int) -> str:
    return ngettext("%(n)s line", "%(n)s lines", value) % {"n": value}


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "role": _role,
    "faults": _faults,
    "fields": lambda fields: ", ".join(dict.fromkeys(label_of(each) for each in fields)),
    "code": spaced_code,
    "people": lambda _value: "",
    "days": lambda _value: "",
    "first": lambda value: _("from %(day)s") % {"day": value},
    "last": lambda value: _("until %(day)s") % {"day": value},
    "lines": _lines,
}
