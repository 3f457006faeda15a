"""What a title weighs and how thick it is: by the catalogue, or as its like do."""

from typing import NamedTuple

from comptoir.catalogue.models import Product, ProductFormat, ProductKind


class Size(NamedTuple):
    """Grams, and millimetres of thickness."""

    grams: int
    mm: int


class _Like(NamedTuple):
    """What one disc or volume weighs and how thick it is with its cover, and each further one."""

    grams: int
    mm: int
    more_grams: int = 0
    more_mm: int = 0


_LIKE: dict[str, _Like] = {
    ProductFormat.PAPERBACK: _Like(400, 25),
    ProductFormat.POCKET: _Like(220, 20),
    ProductFormat.HARDBACK: _Like(700, 35),
    ProductFormat.BOOK: _Like(450, 25),
    ProductFormat.BOARD_BOOK: _Like(550, 25),
    ProductFormat.COMIC: _Like(700, 15),
    ProductFormat.AUDIOBOOK: _Like(120, 15, 20, 0),
    ProductFormat.SHEET_MUSIC: _Like(250, 8),
    ProductFormat.LP: _Like(330, 6, 210, 4),
    ProductFormat.EP: _Like(300, 6, 210, 4),
    ProductFormat.SINGLE: _Like(70, 4, 50, 2),
    ProductFormat.CD: _Like(105, 11, 60, 7),
    ProductFormat.CASSETTE: _Like(75, 18, 60, 18),
    ProductFormat.DVD: _Like(120, 15, 20, 0),
    ProductFormat.GAME: _Like(900, 70),
}
"""Usual values: of a disc the sleeve or box is in the first."""

_OF_KIND = {ProductKind.BOOK: ProductFormat.BOOK, ProductKind.RECORD: ProductFormat.LP}


def size_of(product: Product) -> Size | None:
    """Return what one copy weighs and how thick it is; None where neither the catalogue nor its
    kind and format tell. What the catalogue says of the weight is the whole, however many discs."""
    form = product.format
    if form == ProductFormat.OTHER:
        form = _OF_KIND.get(ProductKind(product.kind), form)
    like = _LIKE.get(form)
    if like is None:
        return Size(product.weight_grams, 0) if product.weight_grams else None
    more = max(product.units, 1) - 1
    mm = like.mm + more * like.more_mm
    return Size(product.weight_grams or like.grams + more * like.more_grams, mm)
