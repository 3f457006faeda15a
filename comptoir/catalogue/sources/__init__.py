"""The suppliers' formats: one parser each, from a file to notices, without the database.

To add a format, write its module with a `SOURCE` and name it in `SOURCES`.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.errors import BadFile
from comptoir.catalogue.sources import discogs, onix, table, titelive
from comptoir.catalogue.sources.document import Document
from comptoir.catalogue.sources.kinds import kind_by_titles, kind_of
from comptoir.catalogue.sources.source import Source
from comptoir.core.errors import fill
from comptoir.core.table import read_header

SOURCES: tuple[Source, ...] = (onix.SOURCE, discogs.SOURCE, titelive.SOURCE, table.SOURCE)


def names() -> Iterable[str]:
    """Return the words by which a format is forced."""
    return [source.name for source in SOURCES]


def source_of(document: Document, forced: str | None = None) -> Source:
    """Return the parser whose format the document is in (or the one forced).

    Raises `BadFile` (`unknown_format`) when no parser recognises it; what is something else
    altogether is called that.
    """
    for source in SOURCES:
        if source.name == forced or (forced is None and source.recognises(document)):
            return source
    titles = read_header(document.head.decode("utf-8", "replace")).names
    if kind := kind_of(document.head) or kind_by_titles(titles):
        message = _(
            "This file is %(kind)s, and no catalogue that is read here: choose another one."
        )
        raise BadFile("unknown_format", fill(message, kind=kind))
    raise BadFile(
        "unknown_format",
        _(
            "The format was not recognised. Known ones are: %(known)s. Check the file, or force"
            " one with --format."
        )
        % {"known": ", ".join(str(source.label) for source in SOURCES)},
    )
