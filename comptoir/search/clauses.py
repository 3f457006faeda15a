"""From words to tantivy queries.

A word scores by where it stands (title, people, elsewhere) whatever its rarity, so that the
distance and the exact title weigh the same against every question.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import log

import tantivy

from comptoir.search.schema import SCHEMA

Query = tantivy.Query
MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a query: whether it must match, what it matches, and the most it can earn. `having`
    is how many products it matches, where that is known at once; `few` is a filter on the products
    that earn it, where they are few; `varies`, that most products earn less than the most."""

    occur: tantivy.Occur
    query: tantivy.Query
    most: float
    having: int | None = None
    few: "Clause | None" = None
    varies: bool = False


# What the words of a question earn together, by where they are found; `search.around` has what
# distance earns.
TITLE, PEOPLE, ELSEWHERE, LOOSE = 6.0, 5.5, 3.0, 1.5
EXACT_TITLE = 12.0
STOCKED = 3.0

# What BM25 makes of a term at most, of what it makes of it on average: in a field of that one word.
_SHARPEST = 1.7
# How many of an index's documents may be deleted ones, which its rarities still count: ln(1.22).
_DELETED = 0.2

_FEW = 10_000
"""Fewer products that match a word are few beside what lies in shops."""

FUZZY_LETTERS = 4
PREFIX_LETTERS = 2
_EAN_DIGITS = 13


class Words:
    """Builds the clauses of a question's words for one searcher."""

    def __init__(self, searcher: tantivy.Searcher, words: list[str]) -> None:
        self._searcher = searcher
        self._words = words
        self._share = 1 / len(words)
        self._documents = max(searcher.num_docs, 1)

    def whole(self) -> list[Clause]:
        """Return clauses that every word matches."""
        return [clause for word in self._words for clause in self._word(word)]

    def begun(self) -> list[Clause]:
        """Return clauses that every word matches, the last perhaps only begun."""
        *before, last = self._words
        clauses = [clause for word in before for clause in self._word(word)]
        return [*clauses, *self._word(last, _near(last, 0, begun=True))]

    def misspelt(self, *, every_word: bool) -> list[Clause]:
        """Return clauses that every word matches, with one typing error each.

        Unless `every_word`, only the words that no product has are taken as misspelt.
        """
        clauses: list[Clause] = []
        last = len(self._words) - 1
        for index, word in enumerate(self._words):
            unknown = every_word or not self._searcher.doc_freq("all", word)
            errors = 1 if unknown and len(word) >= FUZZY_LETTERS else 0
            loose = _near(word, errors, begun=index == last) if errors or index == last else None
            clauses.extend(self._word(word, loose))
        return clauses

    def _word(self, word: str, loose: tantivy.Query | None = None) -> list[Clause]:
        must = _earns(Query.term_query(SCHEMA, "all", word), ELSEWHERE * self._share)
        known = self._searcher.doc_freq("all", word) if loose is None else None
        if loose is not None:
            must = Query.disjunction_max_query([must, _earns(loose, LOOSE * self._share)])
        clauses = [Clause(MUST, must, ELSEWHERE * self._share, having=known)]
        for field, score in (("title", TITLE), ("people", PEOPLE)):
            having = self._searcher.doc_freq(field, word)
            if having:
                clauses.append(self._scored(field, word, having, score * self._share))
        return clauses

    def _scored(self, field: str, word: str, having: int, score: float) -> Clause:
        """Return a term that earns about `score`, more in a short field and less in a long one."""
        rarity = max(log(1 + (self._documents - having + 0.5) / (having + 0.5)), 0.01)
        query = Query.boost_query(Query.term_query(SCHEMA, field, word), score / rarity)
        most = score * _SHARPEST * (1 + _DELETED / rarity)
        return Clause(SHOULD, query, most, varies=True)


def joined(parts: list[Clause], last: Clause | None = None) -> tantivy.Query:
    """Return what matches every required clause, and earns what the others give.

    Each optional clause is put around the rest by itself: side by side, tantivy would unite them
    and go through all that any of them matches, required or not. `last` is put around all of them,
    required or not, so that it changes no sum whether it is.
    """
    query = required(parts)
    optional = [part for part in parts if part.occur == SHOULD]
    for part in [*optional, last] if last else optional:
        query = Query.boolean_query([(MUST, query), (part.occur, part.query)])
    return query


def required(parts: list[Clause]) -> tantivy.Query:
    """Return what matches every required clause."""
    return Query.boolean_query([(MUST, part.query) for part in parts if part.occur == MUST])


def number(digits: str) -> Clause:
    """Return a clause on an EAN that begins so, or that differs by one typing error."""
    whole = len(digits) >= _EAN_DIGITS - 1
    query = Query.fuzzy_term_query(SCHEMA, "ean", digits, int(whole), True, not whole)
    return Clause(MUST, query, 1.0)


def exact_title(searcher: tantivy.Searcher, words: list[str]) -> list[Clause]:
    """Return a clause that adds to the products whose whole title this is; none without any."""
    title = " ".join(words)
    known = searcher.doc_freq("title_key", title)
    if not known:
        return []
    term = Query.term_query(SCHEMA, "title_key", title)
    few = Clause(MUST, _earns(term, 0.0), 0.0, having=known)
    return [Clause(SHOULD, _earns(term, EXACT_TITLE), EXACT_TITLE, few=few)]


def only(field: str, value: str) -> Clause:
    """Return a filter that changes no score."""
    return Clause(MUST, _earns(Query.term_query(SCHEMA, field, value), 0.0), 0.0)


def stocked(occur: tantivy.Occur, only: Collection[int] | None = None) -> Clause:
    """Return a clause on the products that some shop can promise, or one of these alone."""
    if only is None:
        query = Query.term_query(SCHEMA, "stocked", True)
    else:
        query = Query.term_set_query(SCHEMA, "shops", list(only))
    return Clause(occur, _earns(query, STOCKED), STOCKED)


def nearest(occur: tantivy.Occur, shops: list[tuple[float, int]], parts: list[Clause]) -> Clause:
    """Return a clause that earns what the best of the (score, shop) that can promise it does, for
    products that match the parts too.

    Where few match one of these, each shop's are cut down to them before all are united: tantivy
    would go through what lies in the shops round every match.
    """
    required = [part for part in parts if part.occur == MUST and part.having is not None]
    rarest = min(required, key=lambda part: part.having or 0, default=None)
    narrow = rarest if rarest and (rarest.having or 0) < _FEW else None
    terms = []
    for score, shop in shops:
        term = Query.term_query(SCHEMA, "shops", shop)
        if narrow:
            term = Query.boolean_query([(MUST, term), (MUST, narrow.query)])
        terms.append(_earns(term, score))
    query = Query.disjunction_max_query(terms) if terms else Query.empty_query()
    return Clause(occur, query, max((score for score, _ in shops), default=0.0))


def _near(word: str, errors: int, *, begun: bool) -> tantivy.Query | None:
    if begun and len(word) < PREFIX_LETTERS:
        return None
    return Query.fuzzy_term_query(SCHEMA, "all", word, errors, True, begun)


def _earns(query: tantivy.Query, score: float) -> tantivy.Query:
    return Query.const_score_query(query, score)
