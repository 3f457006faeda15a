"""Finding the keys of the products that answer a question, in the index alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import tantivy

from comptoir.core.identifiers import digits_of, find_ean
from comptoir.search import clauses
from comptoir.search.around import Around
from comptoir.search.clauses import MUST, SHOULD, Clause, Words
from comptoir.search.requests import Cursor, Effort, SearchRequest
from comptoir.search.text import significant, spell, words

MAX_CHARACTERS = 200
MAX_WORDS = 12
LEAST_DIGITS = 6
"""So many digits are the beginning of a number; fewer may be a year, or a title."""


@dataclass(frozen=True, slots=True)
class Found:
    """Scores and keys of products, best first; how many match in all; the effort it took."""

    hits: list[tuple[float, int]]
    total: int
    effort: Effort


def find(
    searcher: tantivy.Searcher, request: SearchRequest, cursor: Cursor, nearby: Around | None
) -> Found:
    """Return one page of what answers the question, with as little forgiveness as finds something.

    A typing error is forgiven only where the words as typed mean nothing: when they do but nothing
    passes the filters, the answer is empty.
    """
    filters = _filters(request, nearby)
    found = Found([], 0, Effort.WORDS)
    for effort, parts in _attempts(searcher, request.text[:MAX_CHARACTERS]):
        if effort < cursor.effort:
            continue
        found = _run(searcher, effort, [*parts, *filters], request.limit, cursor.offset)
        enough = request.limit if effort is Effort.WORDS else 1
        if found.total >= enough or cursor.offset:
            break
        if effort is not Effort.WORDS and filters and _run(searcher, effort, parts, 1, 0).total:
            break
    return found


def _attempts(searcher: tantivy.Searcher, text: str) -> Iterator[tuple[Effort, list[Clause]]]:
    """Yield the ways to read a question, each more forgiving than the one before."""
    ean = find_ean(text)
    if ean:
        yield Effort.WORDS, [clauses.only("ean", ean)]
        return
    asked = significant(words(text))[:MAX_WORDS]
    if not asked:
        return
    title = clauses.exact_title(asked)
    question = Words(searcher, _spelt(searcher, text) or asked)
    yield Effort.WORDS, [*question.whole(), title]
    yield Effort.BEGUN, [*question.begun(), title]
    digits = digits_of(text)
    if len(digits) >= LEAST_DIGITS:
        yield Effort.NUMBER, [(MUST, clauses.number(digits))]
    yield Effort.MISSPELT, [*question.misspelt(every_word=False), title]
    yield Effort.LOOSE, [*question.misspelt(every_word=True), title]


def _spelt(searcher: tantivy.Searcher, text: str) -> list[str]:
    """Return the words of a question whose signs stand for letters, where products have them all:
    so P!nk finds what is catalogued as Pink too. None of any other question."""
    spelt = spell(text)
    found = significant(words(spelt))[:MAX_WORDS] if spelt != text else []
    return found if all(searcher.doc_freq("all", word) for word in found) else []


def _filters(request: SearchRequest, nearby: Around | None) -> list[Clause]:
    """Return the clauses that narrow the answer, and those that put what can be had first."""
    found: list[Clause] = []
    if request.kind:
        found.append(clauses.only("kind", request.kind))
    if request.format:
        found.append(clauses.only("format", request.format))
    if request.radius_m is None:
        found.append(clauses.stocked(MUST if request.in_stock else SHOULD))
    if nearby:
        shops = nearby.scores(request.radius_m)
        if shops or request.radius_m is not None:
            found.append(clauses.nearest(SHOULD if request.radius_m is None else MUST, shops))
    return found


def _run(
    searcher: tantivy.Searcher, effort: Effort, parts: list[Clause], limit: int, offset: int
) -> Found:
    result = searcher.search(
        clauses.joined(parts), limit=limit, offset=offset, weight_by_field="weight"
    )
    scores = [float(score) for score, _ in result.hits]
    keys = searcher.fast_field_values("id", [address for _, address in result.hits])
    hits = [(score, int(key)) for score, key in zip(scores, keys, strict=True) if key is not None]
    return Found(hits, int(result.count), effort)  # type: ignore[attr-defined]
