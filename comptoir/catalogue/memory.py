"""Titles as this process keeps them: by the word that an address names them by, with the version of
their row.

Whoever shows one asks in its own statement whether the version still holds (`VERSION`), and looks
again where it does not: so nothing is shown that is not so any more. A title's contributors are
only ever written together with its row (`catalogue.operations.notices`), and are kept with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from comptoir.catalogue.models import Contributor, Product
from comptoir.catalogue.reads import meant_by, no_product
from comptoir.core.db import Columns, fetch_named

Made = TypeVar("Made")

REMEMBERED = 4096
"""Titles: some kilobytes each."""

VERSION = "{row}.xmin::text || {row}.ctid::text"
"""Which version of a row it is: who wrote it, and where it lies. No two of a row are alike."""


@dataclass
class Title:
    """A product as it was at a version of its row. All threads share it: nobody changes it.

    `notes` is for what others make of the product alone, each under a key of their own.
    """

    product: Product
    version: str
    notes: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def contributors(self) -> list[Contributor]:
        """Who made it, in their order."""
        return list(self.product.contributors.all())

    def made(self, key: Any, make: Callable[[], Made]) -> Made:  # noqa: ANN401
        """Return what others make of the product alone, made once for each of their keys."""
        found: Made | None = self.notes.get(key)
        if found is None:
            found = self.notes[key] = make()
        return found


_PRODUCT = Columns(Product)
_TITLE = f"""
SELECT {VERSION.format(row="p")} AS version, {_PRODUCT.of("p")}
FROM catalogue_product p WHERE {{meant}}
"""  # noqa: S608
_titles: dict[str, Title] = {}


def remembered(word: str) -> Title | None:
    """Return the title that a word named when it was last looked up."""
    return _titles.get(word)


def look_up(word: str) -> Title:
    """Return the title that a word names now (`reads.find_product`), kept by nobody yet. One query.
    Raises `NotFound` (`no_product`)."""
    text = word.strip()
    asked = meant_by(text)
    meant = " AND ".join(f"p.{column} = %({column})s" for column in asked)
    rows = fetch_named(_TITLE.format(meant=meant), asked) if asked else []
    if not rows:
        raise no_product(text)
    return Title(_PRODUCT.make(rows[0]), rows[0].version)


def remember(word: str, title: Title) -> Title:
    """Keep a title from here on, and return it.

    An article of one shop alone is not kept: whether anybody may see it hangs on its shop.
    """
    if title.product.own_shop_id is None:
        # All at once: the next who ask read them again, and nothing is kept to know which are old.
        if len(_titles) >= REMEMBERED:
            _titles.clear()
        _titles[word] = title
    return title


def forget(word: str) -> None:
    """Forget what a word named."""
    _titles.pop(word, None)


def forget_all() -> None:
    """Forget every title: for another database."""
    _titles.clear()
