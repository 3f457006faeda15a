"""The cells of a directory that hold codes, flags and lists of them: what each may hold."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.networks.models import Network
from comptoir.shops.gazetteer import fold
from comptoir.shops.kinds import SpecialityKind, Wheelchair
from comptoir.shops.models import Service, ServiceKind

_FLAGS = {"yes": True, "oui": True, "1": True, "true": True, "vrai": True} | {
    "no": False,
    "non": False,
    "0": False,
    "false": False,
    "faux": False,
}
ACCESS = {
    **dict.fromkeys(("oui", "accessible", "total"), Wheelchair.YES),
    **dict.fromkeys(("partiel", "partielle", "partiellement", "limite"), Wheelchair.LIMITED),
    **dict.fromkeys(("non", "inaccessible"), Wheelchair.NO),
}
_LONGEST_HOW = Service._meta.get_field("how").max_length or 0


def one_of(
    choices: type[TextChoices], words: Mapping[str, TextChoices] = MappingProxyType({})
) -> Callable[[str], str]:
    """Return a reader of one of some codes, or of the words that people write for them."""

    def read(text: str) -> str:
        word = fold(text)
        code = words.get(word) or word.replace(" ", "_")
        if code not in choices.values:
            raise Invalid(
                "unknown_word",
                _("“%(text)s” is not known: write one of %(known)s.")
                % {"text": text[:40], "known": ", ".join(choices.values)},
                text=text[:40],
            )
        return str(code)

    return read


def flag(text: str) -> bool:
    """Return whether a cell says yes. Raises `Invalid` (`unknown_word`)."""
    word = fold(text)
    if word not in _FLAGS:
        raise Invalid(
            "unknown_word",
            _("“%(text)s” is not known: write yes or no.") % {"text": text[:40]},
            text=text[:40],
        )
    return _FLAGS[word]


def _words(text: str) -> set[str]:
    return set(text.replace("|", " ").replace(",", " ").lower().split())


def services(text: str) -> list[str]:
    """Return the codes of services. Raises `Invalid` (`unknown_service`)."""
    words = _words(text)
    if unknown := sorted(words - set(ServiceKind.values)):
        raise Invalid(
            "unknown_service",
            _("“%(text)s” is not a service: write some of %(known)s.")
            % {"text": unknown[0][:40], "known": ", ".join(ServiceKind.values)},
            text=unknown[0][:40],
        )
    return sorted(words)


def specialities(text: str) -> list[str]:
    """Return the codes of specialities. Raises `Invalid` (`unknown_speciality`)."""
    words = _words(text)
    if unknown := sorted(words - set(SpecialityKind.values)):
        raise Invalid(
            "unknown_speciality",
            _("“%(text)s” is not a speciality: write some of %(known)s.")
            % {"text": unknown[0][:40], "known": ", ".join(SpecialityKind.values)},
            text=unknown[0][:40],
        )
    return sorted(words)


def details(text: str) -> list[str]:
    """Return how services are used, each as `phone_orders: 9:30–18:00`.

    Raises `Invalid` (`bad_details`, `unknown_service`, `too_long`).
    """
    found = {}
    for part in filter(None, map(str.strip, re.split(r"[|\n]", text))):
        kind, sign, how = (each.strip() for each in part.partition(":"))
        if not (sign and how):
            told = _(
                "“%(text)s” says of no service how it is used: write phone_orders: 9:30–18:00."
            )
            raise Invalid("bad_details", told % {"text": part[:60]})
        found[kind.lower()] = detail(kind.lower(), how)
    return [found[kind] for kind in sorted(found)]


def detail(kind: str, how: str) -> str:
    """Return how one service is used, as `details` has it. Raises `Invalid`, with the service in
    `data["service"]`."""
    services(kind)
    if "|" in how:
        told = _("“%(text)s”: write it without the sign “|”.")
        raise Invalid("bad_details", told % {"text": how[:60]}, service=kind)
    if len(how) > _LONGEST_HOW:
        told = _("This is longer than %(longest)d characters.")
        values = {"longest": _LONGEST_HOW, "service": kind}
        raise Invalid("too_long", told % {"longest": _LONGEST_HOW}, **values)
    return f"{kind}: {how}"


def networks(text: str) -> list[str]:
    """Return the words of networks that there are, by one query. Raises `Invalid`
    (`unknown_network`)."""
    words = _words(text)
    known = set(Network.objects.filter(slug__in=words).values_list("slug", flat=True))
    if unknown := sorted(words - known):
        raise Invalid(
            "unknown_network",
            _("There is no network “%(text)s”: create it first (comptoir networks create).")
            % {"text": unknown[0][:80]},
            text=unknown[0][:80],
        )
    return sorted(words)
