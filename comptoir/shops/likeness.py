"""Whether two entries of a directory are one shop, by name, by street and by how it is reached.

Nothing here reads the database. A name is compared by the words that are its own: what every
bookshop is called by, the articles and the town say nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import IntEnum
from functools import cached_property

from comptoir.shops.gazetteer import fold
from comptoir.shops.models import ShopKind
from comptoir.shops.places import metres

_ARTICLES = frozenset({"l", "d", "la", "le", "les", "de", "du", "des", "et", "un", "une", "chez"})
_TRADE = frozenset(
    {
        *("librairie", "librairies", "libraire", "libraires", "livre", "livres", "bouquiniste"),
        *("bouquinerie", "disquaire", "disquaires", "disque", "disques", "vinyle", "vinyles"),
        *("vinyl", "record", "records", "shop", "store", "boutique", "magasin", "maison"),
        *("sarl", "sas", "sasu", "eurl", "scop"),
    }
)
_STREETS = {
    "all": "allee",
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "blvd": "boulevard",
    "boul": "boulevard",
    "ch": "chemin",
    "crs": "cours",
    "dr": "docteur",
    "fbg": "faubourg",
    "fg": "faubourg",
    "gal": "general",
    "imp": "impasse",
    "mal": "marechal",
    "pdt": "president",
    "pl": "place",
    "pr": "professeur",
    "q": "quai",
    "r": "rue",
    "rte": "route",
    "sq": "square",
}
_SAME_POINT_M = 60
_SAME_DOOR_M = 15
_ALIKE = 0.8


class Sameness(IntEnum):
    """How sure it is that two entries are one shop."""

    NO = 0
    DOUBTFUL = 1
    SURE = 2


@dataclass(frozen=True)
class Entry:
    """What tells a shop from others, as it is written; `exact` says that its point is its own, and
    not its town's."""

    name: str
    kind: str
    postcode: str
    city: str
    street: str = ""
    siret: str = ""
    phone: str = ""
    email: str = ""
    latitude: float = 0.0
    longitude: float = 0.0
    website: str = ""
    exact: bool = False

    @cached_property
    def called(self) -> tuple[str, str, str]:
        """Its name, town and postcode, however they are spelt."""
        return fold(self.name), town_of(self.city), self.postcode

    @cached_property
    def address(self) -> str:
        """Its street, without abbreviations and articles."""
        words = (_STREETS.get(word, word) for word in fold(self.street).split())
        return " ".join(word for word in words if word not in _ARTICLES)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of its name that are its own; all of them where none is."""
        words = tuple(fold(self.name).split())
        common = _ARTICLES | _TRADE | set(town_of(self.city).split())
        return tuple(word for word in words if word not in common) or words


def town_of(city: str) -> str:
    """Return the folded name of a town, without what an envelope adds (“Cedex 2”)."""
    return fold(city).partition(" cedex")[0]


def are_alike(one: Entry, other: Entry) -> bool:
    """Return whether two names may be one shop's: “Le Pilori” and “Librairie du Pilori”.

    Numbers and single letters must be the same: “Disques A” is not “Disques B”.
    """
    first, second = set(one.words), set(other.words)
    if _marks(first) != _marks(second):
        return False
    if first <= second or second <= first:
        return True
    ratio = SequenceMatcher(None, " ".join(sorted(first)), " ".join(sorted(second))).ratio()
    return ratio >= _ALIKE


def compare(one: Entry, other: Entry) -> Sameness:
    """Return how sure it is that two entries are one shop, in whatever order they are given.

    One address and names that are alike, or one address and one telephone or e-mail address, are
    one shop; so are names that are alike at one spot of the map, where both points are their own;
    not without a question where one sells books and the other records. A telephone alone
    says nothing: two shops of one owner share it. Two SIRETs are two
    establishments: at most the question remains whether the shop was sold or has moved.
    """
    in_town = one.called[1] == other.called[1]
    alike, spot = are_alike(one, other), _at_one_spot(one, other)
    if not (in_town or one.postcode == other.postcode or (alike and spot)):
        return Sameness.NO
    at_one = bool(one.address) and one.address == other.address
    if one.siret and other.siret and one.siret != other.siret:
        sold_or_moved = alike and (at_one or one.siret[:9] == other.siret[:9])
        return Sameness.DOUBTFUL if sold_or_moved else Sameness.NO
    reached = _reached(one) & _reached(other)
    kinds = one.kind == other.kind or ShopKind.BOTH in (one.kind, other.kind)
    if kinds and ((at_one and (alike or reached)) or (spot and alike)):
        return Sameness.SURE
    unplaced = not (one.address and other.address)
    if kinds and unplaced and alike and reached:
        return Sameness.SURE
    numbered = any(character.isdigit() for character in one.address)
    doubts = (
        at_one and (alike or bool(reached) or (kinds and numbered)),
        alike and (bool(reached) or spot or (unplaced and _near(one, other))),
        kinds and spot and _near(one, other, _SAME_DOOR_M),
        one.called[0] == other.called[0],
    )
    return Sameness.DOUBTFUL if any(doubts) else Sameness.NO


def _marks(words: Iterable[str]) -> set[str]:
    """Return the words by which namesakes are told apart: numbers, single letters."""
    return {word for word in words if len(word) == 1 or any(map(str.isdigit, word))}


def _reached(entry: Entry) -> set[str]:
    site = entry.website.casefold().partition("://")[2].removeprefix("www.").rstrip("/")
    return {entry.phone, entry.email.casefold(), site} - {""}


def _at_one_spot(one: Entry, other: Entry) -> bool:
    """Return whether two stand at one point that is their own."""
    return one.exact and other.exact and _near(one, other)


def _near(one: Entry, other: Entry, within: float = _SAME_POINT_M) -> bool:
    """Return whether two stand at one point.

    A directory that was placed by town has all its shops at one point: alone it proves nothing.
    """
    away = metres(one.latitude, one.longitude, other.latitude, other.longitude)
    return away <= within
