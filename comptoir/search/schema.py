"""The shape of the index, and how a product becomes one of its documents.

Nothing is stored but numbers: the database stays the only place where a product can be read. Of a
product in many shops these are stored too, so that not all of its offers need be read.
"""

from array import array
from collections.abc import Collection
from math import log2
from typing import NamedTuple

import tantivy

from comptoir.search.text import repeated_words, significant, words

VERSION = 4

WIDE = 32
"""From so many offers on, it is stored in which shops a product stands."""
MOST_WEIGHT = 1.1
"""What a score is multiplied by at most, for the number of shops that have a product."""


class Source(NamedTuple):
    """What the index needs of one product; `shops` are those that have a copy to promise."""

    id: int
    ean: str | None
    kind: str
    format: str
    title: str
    subtitle: str
    byline: str
    series: str
    publisher: str
    catalogue_number: str
    contributors: str
    shops: list[int]


def build_schema() -> tantivy.Schema:
    """Return the schema: words to match, words to rank by, filters, and the product's key."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_float_field("weight", fast=True)
    for name in ("all", "title", "people"):
        builder.add_text_field(name, tokenizer_name="words", index_option="basic")
    for name in ("title_key", "ean", "kind", "format"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("shops", indexed=True)
    builder.add_boolean_field("stocked", indexed=True)
    builder.add_bytes_field("in", stored=True)
    return builder.build()


SCHEMA = build_schema()


def prepare(index: tantivy.Index) -> tantivy.Index:
    """Register the tokenizer: text comes here already as words separated by spaces."""
    whitespace = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("words", whitespace)
    return index


def document(source: Source) -> tantivy.Document:
    """Return the document of a product."""
    joined: dict[str, None] = {}
    title = words(source.title, joined)
    # Each by itself: “!!!” is a name, and no longer one beside itself.
    people = dict.fromkeys(words(source.byline, joined))
    if source.contributors != source.byline:
        people |= dict.fromkeys(words(source.contributors, joined))
    rest = f"{source.subtitle} {source.series} {source.publisher} {source.catalogue_number}"
    if source.catalogue_number:
        joined["".join(words(source.catalogue_number))] = None
    everything = dict.fromkeys((*title, *people, *repeated_words(rest, joined), *joined))
    distinctive = " ".join(significant(title))
    values = {
        "id": source.id,
        "weight": _weight(len(source.shops)),
        "all": " ".join(everything),
        "title": distinctive,
        "people": " ".join(people),
        "title_key": distinctive,
        "kind": source.kind,
        "format": source.format,
        "shops": source.shops,
        "stocked": bool(source.shops),
    }
    if source.ean:
        values["ean"] = source.ean
    if len(source.shops) >= WIDE:
        values["in"] = array("Q", set(source.shops)).tobytes()
    return tantivy.Document.from_dict(values, SCHEMA)


def _weight(shop_count: int) -> float:
    """Return what makes tantivy multiply the score by 1 to 1.1 as more shops have the product.

    tantivy multiplies by log2(2 + weight).
    """
    return float(2 ** (1 + (MOST_WEIGHT - 1) / 10 * min(log2(1 + shop_count), 10)) - 2)


WIDE_WEIGHT = _weight(WIDE)
"""What products weigh at least of which it is stored."""


def shops_in(stored: bytes) -> Collection[int]:
    """Return the keys of the shops that are stored with a product."""
    shops = array("Q")
    shops.frombytes(stored)
    return shops
