"""What a page of the directory may be about beside its place: a service, a speciality, Sunday,
access. Each has a word in addresses, a filter of the directory, and a sentence."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comptoir.shops.kinds import SpecialityKind
from comptoir.shops.models import ServiceKind, ShopKind

KINDS = {"librairies": ShopKind.BOOKS, "disquaires": ShopKind.RECORDS}
"""The words of kinds in addresses; a shop that sells both counts as each."""
SUNDAY = ("day", "sunday")
ACCESS = ("wheelchair", "yes")


class Thing(NamedTuple):
    """One thing that is asked for: its word in addresses (of bookshops, of record shops), the
    parameter of the filter, and the sentence (`%(shops)s`, `%(place)s`)."""

    words: tuple[str, str]
    parameter: tuple[str, str]
    sentences: tuple[str | Promise, str | Promise]

    def word(self, kind: ShopKind) -> str:
        """Return its word in an address about a kind of shop."""
        return self.words[kind is ShopKind.RECORDS]

    def sentence(self, kind: ShopKind) -> str:
        """Return what a page says that is about it, with blanks for shops and place."""
        return str(self.sentences[kind is ShopKind.RECORDS])


_SERVICES: Mapping[ServiceKind, tuple[str, str | Promise]] = {
    ServiceKind.CLICK_COLLECT: (
        "reserver-et-retirer",
        _("%(shops)s %(place)s where you reserve and collect"),
    ),
    ServiceKind.MAIL_ORDER: (
        "par-correspondance",
        _("%(shops)s %(place)s that send by post"),
    ),
    ServiceKind.PHONE_ORDERS: (
        "commande-par-telephone",
        _("%(shops)s %(place)s that take orders by phone"),
    ),
    ServiceKind.EMAIL_ORDERS: (
        "commande-par-courriel",
        _("%(shops)s %(place)s that take orders by e-mail"),
    ),
    ServiceKind.DELIVERY: ("livraison", _("%(shops)s %(place)s that deliver nearby")),
    ServiceKind.SPECIAL_ORDERS: (
        "commandes-pour-vous",
        _("%(shops)s %(place)s that order a title for you"),
    ),
    ServiceKind.SECOND_HAND: ("occasion", _("%(shops)s %(place)s with second-hand shelves")),
    ServiceKind.GIFT_WRAP: ("paquets-cadeaux", _("%(shops)s %(place)s that wrap gifts")),
    ServiceKind.EVENTS: ("rencontres", _("%(shops)s %(place)s with meetings and events")),
}
_SPECIALITIES: Mapping[SpecialityKind, str] = {
    SpecialityKind.LITERATURE: "litterature",
    SpecialityKind.CRIME: "roman-policier",
    SpecialityKind.IMAGINARY: "science-fiction-et-fantasy",
    SpecialityKind.COMICS: "bande-dessinee",
    SpecialityKind.MANGA: "manga",
    SpecialityKind.CHILDREN: "jeunesse",
    SpecialityKind.HUMANITIES: "sciences-humaines",
    SpecialityKind.ARTS: "art-et-photographie",
    SpecialityKind.PRACTICAL: "cuisine-jardin-loisirs",
    SpecialityKind.NATURE: "nature-et-ecologie",
    SpecialityKind.TRAVEL: "voyage",
    SpecialityKind.REGIONAL: "livres-regionaux",
    SpecialityKind.FOREIGN: "langues-etrangeres",
    SpecialityKind.SCHOOL: "scolaire",
    SpecialityKind.SPIRITUAL: "spiritualite",
    SpecialityKind.QUEER: "feminisme-et-lgbt",
    SpecialityKind.OLD_BOOKS: "livres-anciens",
    SpecialityKind.SHEET_MUSIC: "partitions",
    SpecialityKind.JAZZ: "jazz",
    SpecialityKind.CLASSICAL: "musique-classique",
    SpecialityKind.CHANSON: "chanson",
    SpecialityKind.ROCK: "rock",
    SpecialityKind.METAL: "metal-et-punk",
    SpecialityKind.ELECTRONIC: "musiques-electroniques",
    SpecialityKind.HIP_HOP: "hip-hop-soul-funk",
    SpecialityKind.REGGAE: "reggae",
    SpecialityKind.WORLD: "musiques-du-monde",
    SpecialityKind.SOUNDTRACKS: "bandes-originales",
    SpecialityKind.OLD_VINYL: "vinyles-d-occasion",
}
_KNOWN_FOR = _("%(shops)s %(place)s: %(thing)s")


def _things() -> tuple[Thing, ...]:
    services = [
        Thing((word, word), ("service", kind.value), (sentence, sentence))
        for kind, (word, sentence) in _SERVICES.items()
    ]
    specialities = [
        Thing((word, word), ("speciality", kind.value), (_KNOWN_FOR, _KNOWN_FOR))
        for kind, word in _SPECIALITIES.items()
    ]
    sunday = Thing(
        ("ouvertes-le-dimanche", "ouverts-le-dimanche"),
        SUNDAY,
        (
            # Translators: of bookshops, la librairie.
            pgettext_lazy("feminine", "%(shops)s open on Sunday %(place)s"),
            # Translators: of record shops, le disquaire.
            pgettext_lazy("masculine", "%(shops)s open on Sunday %(place)s"),
        ),
    )
    access = _("%(shops)s %(place)s with wheelchair access")
    wheelchair = Thing(
        ("accessibles-en-fauteuil", "accessibles-en-fauteuil"), ACCESS, (access, access)
    )
    return (sunday, wheelchair, *services, *specialities)


THINGS = _things()
BY_WORD = {
    (kind, thing.word(kind)): thing
    for thing in THINGS
    for kind in (ShopKind.BOOKS, ShopKind.RECORDS)
}
BY_PARAMETER = {thing.parameter: thing for thing in THINGS}


def headline(kind: ShopKind | None, place: str, thing: Thing | None) -> str:
    """Return what a page is about, as the trade says it: `Disquaires dans la Vienne qui envoient
    par la poste`. `place` begins with its preposition."""
    shops = str(_SHOPS[kind])
    if kind is None or thing is None:
        return f"{shops} {place}"
    what, value = thing.parameter
    named = SpecialityKind(value).label if what == "speciality" else ""
    return thing.sentence(kind) % {"shops": shops, "place": place, "thing": named}


_SHOPS = {
    ShopKind.BOOKS: _("Bookshops"),
    ShopKind.RECORDS: _("Record shops"),
    None: _("Bookshops and record shops"),
}
