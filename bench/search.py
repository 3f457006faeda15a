"""Search with availability nearby, against PostgreSQL full text doing the same.

Both answer the same questions in turn: words of real titles and names of the database, some begun
or misspelt, some EANs, asked near a random town, half of them for what is in stock within 25 km.
Times are of the server alone (ms), without HTTP or templates. PostgreSQL has a column of weighted
words with a GIN index, in a table of its own that is dropped afterwards; it forgives no typing
error, and puts only its 200 best matches in the order of distance.
"""

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from bench.machine import Steal
from comptoir.core.db import execute, fetch
from comptoir.search import builder
from comptoir.search.query import SearchRequest, search, suggest
from comptoir.search.text import STOP_WORDS, words
from comptoir.shops.places import Point
from comptoir.stock.shelf.nearest import nearest_offers

QUESTIONS = 400
RADIUS_KM = 25
_SHARES = {"title": 8, "name": 4, "both": 3, "begun": 2, "misspelt": 2, "ean": 1}
_ACCENTS = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy"
_TEXT = "catalogue_number || ' ' || publisher || ' ' || series || ' ' || subtitle"
_AROUND = """
WITH around AS MATERIALIZED (
    SELECT id, safety_stock, 12742017.6 * asin(sqrt(
        sin(radians(latitude - %(latitude)s) / 2) ^ 2
        + cos(radians(%(latitude)s)) * cos(radians(latitude))
          * sin(radians(longitude - %(longitude)s) / 2) ^ 2)) AS away
    FROM shops_shop WHERE paused_at IS NULL
)"""
_ANSWER = """
, matched AS (
    SELECT w.id, ts_rank(w.words, q) AS rank FROM bench_words w, to_tsquery('simple', %(q)s) q
    WHERE w.words @@ q {stocked}
    ORDER BY rank DESC LIMIT 200
)
SELECT m.id FROM matched m LEFT JOIN LATERAL (
    SELECT min(a.away) AS away FROM stock_offer o JOIN around a ON a.id = o.shop_id
    WHERE o.product_id = m.id AND o.on_hand - o.held > a.safety_stock
) o ON true
ORDER BY m.rank DESC, o.away LIMIT 20
"""
_STOCKED = """AND EXISTS (
    SELECT FROM stock_offer o JOIN around a ON a.id = o.shop_id
    WHERE o.product_id = w.id AND a.away <= %(radius)s AND o.on_hand - o.held > a.safety_stock)"""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of which sort, and how tantivy is asked."""

    sort: str
    request: SearchRequest


def run(scale: str) -> dict[str, float]:  # noqa: ARG001
    """Return the figures of search, in ms, and of building its index, in seconds."""
    began = time.perf_counter()
    builder.rebuild()
    rebuilt = time.perf_counter() - began
    asked = questions(random.Random(7), QUESTIONS)
    steal = Steal()
    with full_text():
        for question in asked[:40]:
            search(question.request)
            ask_postgres(question)
        ours, theirs = [], []
        for question in asked:
            ours.append(timed(lambda q=question: search(q.request)))
            theirs.append(timed(lambda q=question: ask_postgres(q)))
    typed = [question.request.text[: 3 + n % 9] for n, question in enumerate(asked)]
    suggesting = [timed(lambda text=text: suggest(text)) for text in typed]
    tell(asked, ours)
    print(f"  {steal.percent():.1f} % of CPU stolen while searching")
    return {
        "search_p50_ms": share(ours, 0.50),
        "search_p95_ms": share(ours, 0.95),
        "search_pg_p50_ms": share(theirs, 0.50),
        "search_pg_p95_ms": share(theirs, 0.95),
        "suggest_p95_ms": share(suggesting, 0.95),
        "search_rebuild_s": rebuilt,
    }


def timed(work: Callable[[], object]) -> float:
    """Return how long something takes, in ms."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def share(values: list[float], part: float) -> float:
    """Return the value below which that part of the values lies."""
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]


def tell(asked: list[Question], times: list[float]) -> None:
    """Print the times by sort of question."""
    for sort in _SHARES:
        own = [ms for question, ms in zip(asked, times, strict=True) if question.sort == sort]
        if own:
            print(f"  {sort:9} {len(own):4} p50 {share(own, 0.5):6.1f} p95 {share(own, 0.95):6.1f}")


def questions(chance: random.Random, count: int) -> list[Question]:
    """Return questions as readers ask them, the same for the same database."""
    first, last = fetch("SELECT min(id), max(id) FROM catalogue_product")[0]
    towns = fetch("SELECT latitude, longitude FROM shops_shop ORDER BY id")
    asked = []
    while len(asked) < count:
        rows = fetch(
            "SELECT title, byline, ean FROM catalogue_product"
            " WHERE id >= %s AND state = 'listed' AND ean IS NOT NULL ORDER BY id LIMIT 1",
            [chance.randint(first, last)],
        )
        sort = chance.choices(list(_SHARES), list(_SHARES.values()))[0]
        text = _text(chance, sort, *rows[0]) if rows else ""
        if not STOP_WORDS.issuperset(words(text)):
            latitude, longitude = chance.choice(towns)
            near = Point(latitude + chance.gauss(0, 0.05), longitude + chance.gauss(0, 0.05))
            in_stock = chance.random() < 0.5
            radius = RADIUS_KM if in_stock else None
            request = SearchRequest(text, near=near, in_stock=in_stock, radius_km=radius)
            asked.append(Question(sort, request))
    return asked


def _text(chance: random.Random, sort: str, title: str, byline: str, ean: str) -> str:
    titles, names = title.split(), byline.split() or title.split()
    if sort == "ean":
        return ean
    if sort == "title":
        first = chance.randrange(len(titles))
        return " ".join(titles[first : first + chance.randint(1, 3)])
    if sort == "name":
        return chance.choice([names[-1], byline])
    if sort == "both":
        return f"{max(titles, key=len)} {names[-1]}"
    word = max([*titles, *names], key=len)
    if sort == "begun":
        return f"{names[0]} {word[: max(3, len(word) - 2)]}"
    place = chance.randrange(1, max(len(word) - 1, 2))
    return f"{names[-1]} {word[:place]}{word[place + 1 :]}"


@contextmanager
def full_text() -> Iterator[None]:
    """Give PostgreSQL what it needs to search, and take it away afterwards."""
    plain = f"translate(lower(%s), '{_ACCENTS[0]}', '{_ACCENTS[1]}')"
    execute("DROP TABLE IF EXISTS bench_words")
    execute(
        "CREATE UNLOGGED TABLE bench_words AS SELECT id,"
        f" setweight(to_tsvector('simple', {plain % 'title'}), 'A')"
        f" || setweight(to_tsvector('simple', {plain % 'byline'}), 'B')"
        f" || to_tsvector('simple', {plain % _TEXT}) AS words"
        " FROM catalogue_product WHERE state = 'listed'"
    )
    execute("CREATE INDEX ON bench_words USING gin (words)")
    execute("ANALYZE bench_words")
    try:
        yield
    finally:
        execute("DROP TABLE bench_words")


def ask_postgres(question: Question) -> None:
    """Answer a question with PostgreSQL alone, availability included."""
    request = question.request
    if question.sort == "ean":
        sql = "SELECT id FROM catalogue_product WHERE ean = %(ean)s"
        params: dict[str, object] = {"ean": request.text}
    else:
        folded = request.text.lower().translate(str.maketrans(*_ACCENTS))
        asked = re.findall(r"[a-z0-9]+", folded) or ["?"]
        text = " & ".join([*asked[:-1], f"{asked[-1]}:*"])
        sql = _AROUND + _ANSWER.format(stocked=_STOCKED if request.in_stock else "")
        params = {"q": text, "radius": RADIUS_KM * 1000}
        if request.near:
            params |= {"latitude": request.near.latitude, "longitude": request.near.longitude}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        keys = [key for (key,) in cursor.fetchall()]
    nearest_offers(keys, request.near, request.radius_m)
