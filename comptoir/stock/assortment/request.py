"""What of a shop's assortment is asked for, and in which order: the same words in addresses, in the
API and on the command line."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Faults, Invalid, Message, fill
from comptoir.stock.shelf.models import Condition
from comptoir.stock.shelf.window import SECTIONS

MOST_MONTHS = 120
MOST_LETTERS = 60


class State(TextChoices):
    """Which offers are listed. `ASKED` are titles that the shop has none of: no offers at all."""

    THERE = "there", _("in the shop")
    HELD = "held", _("held for readers")
    TO_CONFIRM = "to_confirm", _("to be confirmed")
    DIFFERS = "differs", _("differs from the till")
    ASKED = "asked", _("asked for, not here")
    GONE = "gone", _("sold out")


class Sort(TextChoices):
    """By what the list is put in order."""

    TITLE = "title", _("title")
    AUTHOR = "author", _("author or artist")
    PUBLISHER = "publisher", _("publisher or label")
    COPIES = "copies", _("copies")
    PRICE = "price", _("price")
    VALUE = "value", _("value")
    MOVED = "moved", _("last movement")
    AS_OF = "as_of", _("as of")
    ASKED = "asked", _("times asked for")


OF_TITLES = frozenset({Sort.TITLE, Sort.AUTHOR, Sort.PUBLISHER})
"""The orders that the catalogue gives, whatever the shop has."""
CONDITIONS = ("new", "used", *(each for each in Condition.values if each != Condition.NEW))
"""The words of a condition: any used copy, or one grade."""


@dataclass(frozen=True, slots=True)
class AssortmentRequest:
    """What is asked for. Empty, or 0, is no filter. `silent` is for how many months nothing moved;
    `publisher` how a publisher or label begins, whatever its capitals and accents."""

    state: State = State.THERE
    section: str = ""
    publisher: str = ""
    condition: str = ""
    silent: int = 0
    sort: Sort = Sort.TITLE
    descending: bool = False

    def words(self) -> dict[str, str]:
        """Return it as the words of an address, without what is so unless said."""
        sort = f"-{self.sort.value}" if self.descending else self.sort.value
        return self.filters() | ({} if sort == usual_sort(self.state) else {"sort": sort})

    def filters(self) -> dict[str, str]:
        """Return the words of its filters alone."""
        told = {
            "state": "" if self.state is State.THERE else self.state.value,
            "section": self.section,
            "publisher": self.publisher,
            "condition": self.condition,
            "silent": str(self.silent or ""),
        }
        return {name: value for name, value in told.items() if value}


def usual_sort(state: State) -> str:
    """Return the word of the order in which a state is listed unless said."""
    return f"-{Sort.ASKED.value}" if state is State.ASKED else Sort.TITLE.value


def read_request(words: Mapping[str, str]) -> AssortmentRequest:
    """Return what the words ask for. Raises `Faults`, all that is wrong with them."""
    request, faults = read_words(words)
    if faults:
        raise Faults(faults)
    return request


def read_words(words: Mapping[str, str]) -> tuple[AssortmentRequest, list[Invalid]]:
    """Return what the words ask for, each that is wrong left out, and the refusals of these."""
    faults: list[Invalid] = []
    state = State(_among(words, "state", State.values, faults) or State.THERE)
    sort = words.get("sort", "").strip() or usual_sort(state)
    if sort.removeprefix("-") not in _sorts_of(state):
        faults.append(_unknown("sort", sort, _sorts_of(state)))
        sort = usual_sort(state)
    request = AssortmentRequest(
        state=state,
        section=_among(words, "section", [name for name in SECTIONS if name], faults),
        publisher=_publisher(words, faults),
        condition=_among(words, "condition", CONDITIONS, faults),
        silent=_months(words, faults),
        sort=Sort(sort.removeprefix("-")),
        descending=sort.startswith("-"),
    )
    if state is State.ASKED:
        # There is no copy that could be new, or could have moved.
        request = replace(request, condition="", silent=0)
    return request, faults


def _sorts_of(state: State) -> list[str]:
    if state is State.ASKED:
        return [*(each.value for each in Sort if each in OF_TITLES), Sort.ASKED.value]
    return [each.value for each in Sort if each is not Sort.ASKED]


def _among(
    words: Mapping[str, str], name: str, known: "list[str] | tuple[str, ...]", faults: list[Invalid]
) -> str:
    word = words.get(name, "").strip()
    if not word or word in known:
        return word
    faults.append(_unknown(name, word, known))
    return ""


def _unknown(name: str, word: str, known: "list[str] | tuple[str, ...]") -> Invalid:
    message: Message = fill(
        _("“%(word)s” is none of the choices of “%(name)s”: %(known)s."),
        word=word[:40],
        name=name,
        known=", ".join(known),
    )
    return Invalid(f"bad_{name}", message, field=name)


def _publisher(words: Mapping[str, str], faults: list[Invalid]) -> str:
    text = " ".join(words.get("publisher", "").replace("\0", " ").split())
    if len(text) <= MOST_LETTERS:
        return text
    message = _("The beginning of the publisher’s name is enough: %(most)d characters at most.")
    faults.append(Invalid("bad_publisher", fill(message, most=MOST_LETTERS), field="publisher"))
    return ""


def _months(words: Mapping[str, str], faults: list[Invalid]) -> int:
    text = words.get("silent", "").strip()
    if not text or text == "0":
        return 0
    if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_MONTHS)):
        months = int(text)
        if 1 <= months <= MOST_MONTHS:
            return months
    message = _("Type a number of months between 1 and %(most)d.")
    faults.append(Invalid("bad_silent", fill(message, most=MOST_MONTHS), field="silent"))
    return 0
