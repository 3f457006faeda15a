"""What a parser is to the rest of the catalogue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from comptoir.catalogue.sources.document import Document
from comptoir.catalogue.sources.notice import Notice, Refusal


@dataclass(frozen=True, slots=True)
class Source:
    """A format: how to recognise a document in it, and how to read it.

    `read` yields a notice or a refusal for each record, in the order of the document, holding one
    record at a time. It raises `BadFile` when it cannot read any further.
    """

    name: str
    label: str
    recognises: Callable[[Document], bool]
    read: Callable[[Document], Iterator[Notice | Refusal]]
