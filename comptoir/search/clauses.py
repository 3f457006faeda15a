"""From words to tantivy queries.

A word scores by where it stands (title, people, elsewhere) whatever its rarity, so that the
distance and the exact title weigh the same against every question.
"""

from math import log

import tantivy

from comptoir.search.schema import SCHEMA

Clause = tuple[tantivy.Occur, tantivy.Query]
MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
Query = tantivy.Query

# What the words of a question may earn together, by where they are found.
TITLE, PEOPLE, ELSEWHERE, LOOSE = 10.0, 9.0, 4.0, 2.0
EXACT_TITLE = 12.0
FUZZY_LETTERS = 5
PREFIX_LETTERS = 2


class Words:
    """Builds the clauses of a question's words for one searcher."""

    def __init__(self, searcher: tantivy.Searcher, words: list[str]) -> None:
        self._searcher = searcher
        self._words = words
        self._documents = max(searcher.num_docs, 1)

    def exact(self, *, prefix: bool) -> list[Clause]:
        """Return clauses that every word matches, the last perhaps only begun."""
        last = len(self._words) - 1
        clauses: list[Clause] = []
        for index, word in enumerate(self._words):
            begun = prefix and index == last and len(word) >= PREFIX_LETTERS
            loose = [Query.fuzzy_term_query(SCHEMA, "all", word, 0, True, True)] if begun else []
            clauses.extend(self._word(word, loose))
        return clauses

    def fuzzy(self) -> list[Clause]:
        """Return clauses that every word matches, each long enough with one typing error."""
        last = len(self._words) - 1
        clauses: list[Clause] = []
        for index, word in enumerate(self._words):
            loose = []
            if len(word) >= FUZZY_LETTERS:
                begun = index == last
                loose.append(Query.fuzzy_term_query(SCHEMA, "all", word, 1, True, begun))
            elif index == last and len(word) >= PREFIX_LETTERS:
                loose.append(Query.fuzzy_term_query(SCHEMA, "all", word, 0, True, True))
            clauses.extend(self._word(word, loose))
        return clauses

    def _word(self, word: str, loose: list[tantivy.Query]) -> list[Clause]:
        everywhere = Query.term_query(SCHEMA, "all", word)
        share = 1 / len(self._words)
        must = Query.const_score_query(everywhere, ELSEWHERE * share)
        if loose:
            scored = [Query.const_score_query(query, LOOSE * share) for query in loose]
            must = Query.disjunction_max_query([must, *scored])
        return [
            (MUST, must),
            (SHOULD, self._scored("title", word, TITLE * share)),
            (SHOULD, self._scored("people", word, PEOPLE * share)),
        ]

    def _scored(self, field: str, word: str, score: float) -> tantivy.Query:
        """Return a term that earns about `score`, more in a short field and less in a long one."""
        having = self._searcher.doc_freq(field, word)
        idf = log(1 + (self._documents - having + 0.5) / (having + 0.5))
        return Query.boost_query(Query.term_query(SCHEMA, field, word), score / max(idf, 0.01))


def exact_title(key: str) -> Clause:
    """Return a clause that adds to the products whose whole title this is."""
    return SHOULD, Query.const_score_query(Query.term_query(SCHEMA, "title_key", key), EXACT_TITLE)


def only(field: str, value: str | bool) -> Clause:
    """Return a filter that changes no score."""
    return MUST, Query.const_score_query(Query.term_query(SCHEMA, field, value), 0.0)


def any_shop(shop_ids: list[int]) -> tantivy.Query:
    """Return what matches the products that one of the shops can promise."""
    terms = [(SHOULD, Query.term_query(SCHEMA, "shops", shop_id)) for shop_id in shop_ids]
    return Query.boolean_query(terms) if terms else Query.empty_query()


def in_shops(shop_ids: list[int]) -> Clause:
    """Return a filter on the products that one of the shops can promise."""
    return MUST, Query.const_score_query(any_shop(shop_ids), 0.0)


def nearest_first(rings: list[tuple[float, list[int]]]) -> Clause:
    """Return a clause that earns the score of the nearest ring of shops that has the product."""
    scored = [Query.const_score_query(any_shop(ids), score) for score, ids in rings if ids]
    return SHOULD, Query.disjunction_max_query(scored)
