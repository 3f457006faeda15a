"""Titles of ONIX: the distinctive title of the product, the collection it belongs to, and its
number there."""

from comptoir.catalogue.sources.notice import Notice
from comptoir.catalogue.sources.onix.tags import NAMES, children, values
from comptoir.catalogue.sources.safe_xml import Element
from comptoir.catalogue.sources.text import clean

_DISTINCTIVE = "01"
_PRODUCT_LEVEL = "01"
_COLLECTION_LEVEL = "02"
# List 197: the order of the titles as printed, and of their publication.
_AS_PUBLISHED = {"02", "03"}


def read_title(element: Element, notice: Notice) -> None:
    """Take the title, subtitle and series of a `TitleDetail`, if it is the distinctive title.

    Other types (list 15) are former titles, abbreviated ones, or the distributor's own.
    """
    levels = _levels(element)
    if levels is None or notice.title:
        return
    product = levels.get(_PRODUCT_LEVEL, {})
    collection = levels.get(_COLLECTION_LEVEL, {})
    series = _compose(collection)
    title = _compose(product)
    part = clean(product.get("partnumber"), 40)
    if not title:
        title, part = series or _compose(next(iter(levels.values()), {})), part
    elif series and not notice.series:
        notice.series = clean(series, 200)
        notice.series_number = clean(collection.get("partnumber"), 40)
    if part and part not in title:
        title = f"{title}, {part}"
    notice.title = clean(title)
    notice.subtitle = clean(product.get("subtitle") or "")


def read_collection(element: Element, notice: Notice) -> None:
    """Take the name of a `Collection` and the volume's number in it: the first that has a name,
    unless a later one alone has a number."""
    name = part = sequence = ""
    for tag, child in children(element):
        if tag == "titledetail":
            texts = (_levels(child) or {}).get(_COLLECTION_LEVEL, {})
            name, part = clean(_compose(texts), 200), clean(texts.get("partnumber"), 40)
        elif tag == "collectionsequence":
            texts = values(child)
            if not sequence or texts.get("collectionsequencetype") in _AS_PUBLISHED:
                sequence = clean(texts.get("collectionsequencenumber"), 40)
    number = part or sequence
    if name and (not notice.series or (number and not notice.series_number)):
        notice.series, notice.series_number = name, number


def _levels(element: Element) -> dict[str, dict[str, str]] | None:
    """Return the first title element of each level, or None for a title of another type."""
    levels: dict[str, dict[str, str]] = {}
    for child in element:
        name = NAMES[child.tag]
        if name == "titletype" and (child.text or "").strip() != _DISTINCTIVE:
            return None
        if name == "titleelement":
            texts = values(child)
            levels.setdefault(texts.get("titleelementlevel", ""), texts)
    return levels


def _compose(texts: dict[str, str]) -> str:
    if text := texts.get("titletext"):
        return clean(text)
    prefix, rest = clean(texts.get("titleprefix")), clean(texts.get("titlewithoutprefix"))
    return f"{prefix}{'' if prefix.endswith((chr(39), '’')) else ' '}{rest}".strip()
