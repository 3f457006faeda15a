"""The reader's list: titles to fetch. It stands in the address, so that it can be shared; the
reader's own is remembered in a cookie, which their own press of a button alone writes.

It names titles, nothing else; the server keeps nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from comptoir.catalogue.models import Product
from comptoir.catalogue.reads import named_products
from comptoir.core.identifiers import find_ean
from comptoir.rounds.errors import MOST_TITLES
from comptoir.search.query import Hit, SearchRequest, search

COOKIE = "list"
COOKIE_SECONDS = 30 * 86400
LONGEST_LINES = 6000
LINES_LOOKED_UP = 10
GUESSES = 3
_FIELDS = (
    *("ean", "source", "source_ref", "kind", "format", "title", "byline", "publisher"),
    *("cover_url", "state", "units"),
)
_REF = re.compile(r"(?:p[0-9]{1,18}|[0-9]{9,13}[0-9Xx]?)")


@dataclass(frozen=True, slots=True)
class Titles:
    """The list, in the order in which it was put together: its words, the products they name, and
    the words that name none."""

    products: list[Product]
    unknown: list[str]

    @property
    def refs(self) -> list[str]:
        """The words that stand for the products."""
        return [product.ref for product in self.products]

    @property
    def joined(self) -> str:
        """The list as the address has it."""
        return ",".join(self.refs)

    def __len__(self) -> int:
        return len(self.products)


@dataclass(frozen=True, slots=True)
class Guess:
    """A line that was typed or pasted and holds no number, and the titles it may mean."""

    line: str
    hits: list[Hit]


def read_titles(request: HttpRequest) -> Titles:
    """Return the list of the address, else the reader's own. Two queries."""
    text = request.GET.get("t")
    return titles_of(refs_in(request.COOKIES.get(COOKIE, "") if text is None else text))


def titles_of(refs: Iterable[str]) -> Titles:
    """Return the list of some words, each title once."""
    refs = list(refs)
    named = named_products(refs, _FIELDS)
    products = {named[ref].pk: named[ref] for ref in refs if ref in named}
    return Titles(list(products.values()), [ref for ref in refs if ref not in named])


def refs_in(text: str) -> list[str]:
    """Return the words of a list as an address or a cookie has it, each once; one more than a list
    may have at most, so that a longer one is noticed."""
    words = (word for word in re.split(r"[,\s]+", text[:LONGEST_LINES]) if _REF.fullmatch(word))
    return list(dict.fromkeys(words))[: MOST_TITLES + 1]


def keep(response: HttpResponse, refs: Sequence[str]) -> None:
    """Remember the reader's own list in their browser, or forget it once it is empty."""
    if not refs:
        response.delete_cookie(COOKIE)
        return
    response.set_cookie(
        COOKIE,
        ",".join(refs),
        max_age=COOKIE_SECONDS,
        httponly=True,
        secure=settings.SECURE,
        samesite="Lax",
    )


def read_lines(text: str) -> tuple[list[str], list[str]]:
    """Return the numbers of titles in lines that somebody pasted, and the lines that hold none."""
    numbers: list[str] = []
    others: list[str] = []
    for line in text[:LONGEST_LINES].splitlines():
        words = " ".join(line.split())
        if found := _numbers_in(words):
            numbers += found
        elif words:
            others.append(words[:200])
    return list(dict.fromkeys(numbers)), list(dict.fromkeys(others))


def _numbers_in(line: str) -> list[str]:
    """Return the EANs of a line: the line itself, or words of it."""
    if ean := find_ean(line):
        return [ean]
    return [ean for word in re.split(r"[\s;,|]+", line) if (ean := find_ean(word))]


def guesses(lines: Sequence[str]) -> list[Guess]:
    """Return what the first of some lines may mean. Nothing is put on the list by a guess. Raises
    `IndexMissing`."""
    return [
        Guess(line, search(SearchRequest(line, limit=GUESSES)).hits)
        for line in lines[:LINES_LOOKED_UP]
    ]
