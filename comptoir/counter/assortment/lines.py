"""What the list of a shop's stock shows: the filters that are chosen, the lines, the sum."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comptoir.core.errors import Invalid, Message
from comptoir.counter.scope import Desk
from comptoir.stock.assortment.reads import Page, Place, Total, page, place_of
from comptoir.stock.assortment.request import (
    CONDITIONS,
    AssortmentRequest,
    Sort,
    State,
    read_words,
)
from comptoir.stock.models import Condition
from comptoir.stock.shelf.window import SECTION_NAMES

LISTED = 50
AFTER = "after"
_SALT = "comptoir.counter.assortment"
_BY_NUMBER = frozenset({Sort.COPIES, Sort.PRICE, Sort.VALUE, Sort.MOVED, Sort.AS_OF, Sort.ASKED})
_EMPTY: dict[State, Message] = {
    State.THERE: gettext_lazy(
        "Nothing here yet: send your till’s file from “Till”, or scan a book and receive it."
    ),
    State.HELD: gettext_lazy("No copy waits for a reader."),
    State.TO_CONFIRM: gettext_lazy(
        "Nothing is to be confirmed: readers are promised all that you have."
    ),
    State.DIFFERS: gettext_lazy("Your till and Comptoir agree."),
    State.ASKED: gettext_lazy("Readers have not asked in vain for anything of yours lately."),
    State.GONE: gettext_lazy("Nothing is sold out."),
}


class Link(NamedTuple):
    """One choice, and where the list is with it."""

    label: str
    query: str
    is_chosen: bool = False


class Option(NamedTuple):
    """One choice of a field."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """One page of the list, with all that is chosen and may be chosen."""

    request: AssortmentRequest
    page: Page
    total: Total
    faults: list[Invalid]
    is_first: bool

    @property
    def query(self) -> str:
        """The query of the whole list, from its first page on."""
        return _query(self.request)

    @property
    def next(self) -> str:
        """The query of the next page, or nothing."""
        after = self.page.next
        return _query(self.request, after) if after else ""

    @property
    def is_asked(self) -> bool:
        """Whether the lines are titles that the shop has none of."""
        return self.request.state is State.ASKED

    @property
    def differs(self) -> bool:
        """Whether the lines are those that the till counts otherwise."""
        return self.request.state is State.DIFFERS

    @property
    def states(self) -> list[Link]:
        """The lists, each as a link that keeps the other filters."""
        return [
            Link(
                str(state.label),
                _query(_in_state(self.request, state)),
                state is self.request.state,
            )
            for state in State
        ]

    @property
    def chips(self) -> list[Link]:
        """The filters that are chosen, each with the list without it."""
        asked = self.request
        found = []
        if asked.section:
            found.append((str(SECTION_NAMES[asked.section]), replace(asked, section="")))
        if asked.publisher:
            found.append(
                (_("“%(text)s”") % {"text": asked.publisher}, replace(asked, publisher=""))
            )
        if asked.condition:
            found.append((_condition(asked.condition), replace(asked, condition="")))
        if asked.silent:
            told = ngettext(
                "no movement for %(n)d month", "no movement for %(n)d months", asked.silent
            )
            found.append((told % {"n": asked.silent}, replace(asked, silent=0)))
        return [Link(label, _query(without)) for label, without in found]

    @property
    def sections(self) -> list[Option]:
        """The sections to choose from."""
        return _options(SECTION_NAMES.items(), self.request.section)

    @property
    def conditions(self) -> list[Option]:
        """The conditions to choose from."""
        return _options(((each, _condition(each)) for each in CONDITIONS), self.request.condition)

    @property
    def sorts(self) -> list[Option]:
        """The orders to choose from, both ways."""
        wish = self.request
        chosen = f"-{wish.sort.value}" if wish.descending else wish.sort.value
        return _options(_orders(wish.state), chosen)

    def heads(self) -> dict[str, Link]:
        """Return, for each column that the list can be put in order by, the link that does it: the
        other way round where it is so already."""
        found = {}
        for sort in Sort:
            is_so = sort is self.request.sort
            first = sort in _BY_NUMBER
            descending = not self.request.descending if is_so else first
            asked = replace(self.request, sort=sort, descending=descending)
            found[sort.value] = Link(str(sort.label), _query(asked), is_so)
        return found

    @property
    def way(self) -> str:
        """Which way the column goes that the list is put in order by, for `aria-sort`."""
        return "descending" if self.request.descending else "ascending"

    @property
    def empty(self) -> Message:
        """What is said where there is no line."""
        if self.chips:
            return _("Nothing is like that: take a filter away.")
        return _EMPTY[self.request.state]


def lines_of(request: HttpRequest, desk: Desk) -> Lines:
    """Return the page of the list that an address asks for; what it asks wrongly is left out, and
    told."""
    words = {name: str(value)[:200] for name, value in request.GET.items()}
    asked, faults = read_words(words)
    after = None
    if told := request.GET.get(AFTER, ""):
        try:
            after = place_of(_loads(told), asked)
        except Invalid as fault:
            faults.append(fault)
    found, total = page(shop=desk.shop, actor=desk.actor, request=asked, most=LISTED, after=after)
    return Lines(asked, found, total, faults, after is None)


def _loads(told: str) -> object:
    try:
        return signing.loads(told[:1_000], salt=_SALT)
    except signing.BadSignature:
        return None


def _query(request: AssortmentRequest, after: Place | None = None) -> str:
    words = request.words()
    if after is not None:
        words[AFTER] = signing.dumps([after.key, after.product, after.offer], salt=_SALT)
    return f"?{urlencode(words)}"


def _in_state(request: AssortmentRequest, state: State) -> AssortmentRequest:
    asked = replace(request, state=state)
    if state is State.ASKED:
        return replace(asked, condition="", silent=0, sort=Sort.ASKED, descending=True)
    if asked.sort is Sort.ASKED:
        return replace(asked, sort=Sort.TITLE, descending=False)
    return asked


def _options(pairs: Iterable[tuple[str, object]], chosen: str) -> list[Option]:
    return [Option(value, str(label), value == chosen) for value, label in pairs]


def _condition(word: str) -> str:
    return _("used, any grade") if word == "used" else str(Condition(word).label)


def _orders(state: State) -> list[tuple[str, str]]:
    titled = [Sort.TITLE, Sort.AUTHOR, Sort.PUBLISHER]
    counted = [each for each in Sort if each not in titled and each is not Sort.ASKED]
    found = []
    for sort in [*titled, *([Sort.ASKED] if state is State.ASKED else counted)]:
        up, down = _("%(sort)s, A to Z"), _("%(sort)s, Z to A")
        if sort in (Sort.MOVED, Sort.AS_OF):
            up, down = _("%(sort)s, oldest first"), _("%(sort)s, newest first")
        elif sort in _BY_NUMBER:
            up, down = _("%(sort)s, least first"), _("%(sort)s, most first")
        found.append((sort.value, up % {"sort": sort.label}))
        found.append((f"-{sort.value}", down % {"sort": sort.label}))
    return found
