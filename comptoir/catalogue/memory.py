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

from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL

from comptoir.catalogue.models import Contributor, Product

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


_titles: dict[str, Title] = {}


def remembered(word: str) -> Title | None:
    """Return the title that a word named when it was last looked up."""
    return _titles.get(word)


def versioned() -> QuerySet[Product]:
    """Return the products, each with the version of its row, for `remember`."""
    version = RawSQL(VERSION.format(row="catalogue_product"), [], TextField())  # noqa: S611
    return Product.objects.annotate(version=version)


def remember(word: str, product: Product) -> Title:
    """Return a product of `versioned`, kept from here on.

    An article of one shop alone is not kept: whether anybody may see it hangs on its shop.
    """
    title = Title(product, product.version)  # type: ignore[attr-defined]
    if product.own_shop_id is None:
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
