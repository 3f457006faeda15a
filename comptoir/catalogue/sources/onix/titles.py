"""Titles of ONIX: the distinctive title of the product, and the collection it belongs to."""

from comptoir.catalogue.sources.notice import Notice
from comptoir.catalogue.sources.onix.tags import children, values
from comptoir.catalogue.sources.safe_xml import Element
from comptoir.catalogue.sources.text import clean

_DISTINCTIVE = "01"
_PRODUCT_LEVEL = "01"
_COLLECTION_LEVEL = "02"


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
    if part and part not in title:
        title = f"{title}, {part}"
    notice.title = clean(title)
    notice.subtitle = clean(product.get("subtitle") or "")


def read_collection(element: Element, notice: Notice) -> None:
    """Take the name of a `Collection`: the first that has one."""
    if notice.series:
        return
    for name, child in children(element):
        if name == "titledetail":
            levels = _levels(child) or {}
            notice.series = clean(_compose(levels.get(_COLLECTION_LEVEL, {})), 200)


def _levels(element: Element) -> dict[str, dict[str, str]] | None:
    """Return the first title element of each level, or None for a title of another type."""
    levels: dict[str, dict[str, str]] = {}
    for name, child in children(element):
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
