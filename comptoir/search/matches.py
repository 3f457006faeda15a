"""Finding the keys of the products that answer a question, in the index alone."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import tantivy

from comptoir.core.identifiers import digits_of, find_ean
from comptoir.search import clauses
from comptoir.search.around import Around
from comptoir.search.clauses import MUST, SHOULD, Clause, Words
from comptoir.search.requests import Cursor, Effort, SearchRequest
from comptoir.search.schema import MOST_WEIGHT, WIDE_WEIGHT, shops_in
from comptoir.search.text import significant, spell, words

MAX_CHARACTERS = 200
MAX_WORDS = 12
LEAST_DIGITS = 6
"""So many digits are the beginning of a number; fewer may be a year, or a title."""

_NEXT = 10.0
"""By how much more the nearest shop earns than those that are not asked first."""
_MANY = 1000
"""So many products match that the nearest shops are asked first."""

Scored = tuple[float, int, int]
"""A product that was found: its score, negated, its segment and its number there; best first."""


@dataclass(frozen=True, slots=True)
class Found:
    """Scores and keys of products, best first; how many match in all; the effort it took; the shops
    of those that stand in many."""

    hits: list[tuple[float, int]]
    total: int
    effort: Effort
    standing_in: dict[int, Collection[int]] = field(default_factory=dict)


def find(
    searcher: tantivy.Searcher, request: SearchRequest, cursor: Cursor, nearby: Around | None
) -> Found:
    """Return one page of what answers the question, with as little forgiveness as finds something.

    A typing error is forgiven only where the words as typed mean nothing: when they do but nothing
    passes the filters, the answer is empty.
    """
    filters = _filters(request)
    shops = nearby.shops if nearby else []
    within = nearby is not None and request.radius_m is not None
    found = Found([], 0, Effort.WORDS)
    for effort, parts in _attempts(searcher, request.text[:MAX_CHARACTERS]):
        if effort < cursor.effort:
            continue
        wanted = [*parts, *filters]
        if within:
            wanted.append(clauses.nearest(MUST, shops, parts))
            found = _run(searcher, effort, wanted, request.limit, cursor.offset)
        elif shops:
            found = _run_near(searcher, effort, wanted, shops, request.limit, cursor.offset)
        else:
            found = _run(searcher, effort, wanted, request.limit, cursor.offset)
        enough = request.limit if effort is Effort.WORDS else 1
        if found.total >= enough or cursor.offset:
            break
        if (
            effort is not Effort.WORDS
            and (filters or within)
            and _run(searcher, effort, parts, 1, 0).total
        ):
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
    title = clauses.exact_title(searcher, asked)
    question = Words(searcher, _spelt(searcher, text) or asked)
    yield Effort.WORDS, [*question.whole(), *title]
    yield Effort.BEGUN, [*question.begun(), *title]
    digits = digits_of(text)
    if len(digits) >= LEAST_DIGITS:
        yield Effort.NUMBER, [clauses.number(digits)]
    yield Effort.MISSPELT, [*question.misspelt(every_word=False), *title]
    yield Effort.LOOSE, [*question.misspelt(every_word=True), *title]


def _spelt(searcher: tantivy.Searcher, text: str) -> list[str]:
    """Return the words of a question whose signs stand for letters, where products have them all:
    so P!nk finds what is catalogued as Pink too. None of any other question."""
    spelt = spell(text)
    found = significant(words(spelt))[:MAX_WORDS] if spelt != text else []
    return found if all(searcher.doc_freq("all", word) for word in found) else []


def _filters(request: SearchRequest) -> list[Clause]:
    """Return the clauses that narrow the answer, and the one that puts what can be had first."""
    found: list[Clause] = []
    if request.kind:
        found.append(clauses.only("kind", request.kind))
    if request.format:
        found.append(clauses.only("format", request.format))
    if request.radius_m is None:
        found.append(clauses.stocked(MUST if request.in_stock else SHOULD, request.only))
    return found


def _run(
    searcher: tantivy.Searcher, effort: Effort, parts: list[Clause], limit: int, offset: int
) -> Found:
    result = searcher.search(
        clauses.joined(parts), limit=limit, offset=offset, weight_by_field="weight"
    )
    return _found(searcher, _scored(result), _count(result), effort)


def _run_near(
    searcher: tantivy.Searcher,
    effort: Effort,
    parts: list[Clause],
    shops: list[tuple[float, int]],
    limit: int,
    offset: int,
) -> Found:
    """Return what `_run` does where distance earns too: `shops` are those that earn, best first."""
    few = [shop for shop in shops if shop[0] > shops[0][0] - _NEXT]
    # With more forgiveness there are fewer, and to count them costs as much as to find them.
    if effort is Effort.WORDS and len(few) < len(shops) and not offset:
        total = _count(searcher.search(clauses.required(parts), limit=1))
        if total >= _MANY:
            best = _nearest(searcher, parts, shops, len(few), limit)
            if best:
                return _found(searcher, best, total, effort)
    return _run(searcher, effort, [*parts, clauses.nearest(SHOULD, shops, parts)], limit, offset)


def _nearest(
    searcher: tantivy.Searcher,
    parts: list[Clause],
    shops: list[tuple[float, int]],
    few: int,
    limit: int,
) -> list[Scored] | None:
    """Return the best that match, if they are all in the nearest few shops or bear the very title.

    Where many match, to look for all of the shops among all that matches takes many times as long.
    None if another product may be better than the last of these.
    """
    best = _best(searcher, parts, limit, clauses.nearest(MUST, shops[:few], parts))
    # Of what bears the very title there is little: all of it is looked at.
    others = [part for part in parts if not part.few]
    for part in parts:
        if part.few:
            named = [*parts, part.few]
            best += _best(searcher, named, limit, clauses.nearest(SHOULD, shops, named))
    best = sorted(set(best))[:limit]
    if len(best) < limit:
        return None
    last, next_shop = -best[-1][0], shops[few][0]
    if last > MOST_WEIGHT * (sum(part.most for part in others) + next_shop):
        return best
    # That is more than any product earns. What does the best one by each part?
    if last > MOST_WEIGHT * (sum(_most(searcher, part) for part in others) + next_shop):
        return best
    # Those need not be one product: what does the best one? To learn it takes longer.
    ((most, *_),) = _best(searcher, others, 1)
    return best if last > MOST_WEIGHT * next_shop - most else None


def _most(searcher: tantivy.Searcher, part: Clause) -> float:
    """Return the most that any product earns by a part alone, before it is weighed."""
    if not part.varies:
        return part.most
    found = searcher.search(part.query, limit=1, count=False).hits
    return float(found[0][0]) if found else 0.0


def _best(
    searcher: tantivy.Searcher, parts: list[Clause], limit: int, last: Clause | None = None
) -> list[Scored]:
    """Return the best, in tantivy's order."""
    query = clauses.joined(parts, last)
    result = searcher.search(query, limit=limit, count=False, weight_by_field="weight")
    return _scored(result)


def _scored(result: tantivy.SearchResult) -> list[Scored]:
    return [(-float(score), at.segment_ord, at.doc) for score, at in result.hits]


def _found(searcher: tantivy.Searcher, best: list[Scored], total: int, effort: Effort) -> Found:
    addresses = [tantivy.DocAddress(segment, document) for _, segment, document in best]
    keys = searcher.fast_field_values("id", addresses)
    weights = searcher.fast_field_values("weight", addresses)
    found = Found([], total, effort)
    for (score, _, _), address, key, weight in zip(best, addresses, keys, weights, strict=True):
        if key is not None:
            found.hits.append((-score, int(key)))
            if weight is not None and weight >= WIDE_WEIGHT:
                stored = searcher.doc(address).get_first("in")
                if stored:
                    found.standing_in[int(key)] = shops_in(stored)
    return found


def _count(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]
