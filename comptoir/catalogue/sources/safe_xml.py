"""Reading records out of XML of any size, without trusting it.

No entity is resolved, nothing is fetched, and libxml2's limits on depth and on the size of one text
stay in force. Each record is forgotten as soon as it was read, so that memory stays flat.
"""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from lxml import etree

from comptoir.catalogue.errors import BadFile, BadRecord
from comptoir.catalogue.sources.document import Document
from comptoir.core.errors import Message, fill

Element = etree._Element
PIECE = 256 * 1024
"""Bytes that are parsed at once."""
FIRST_PIECE = 32 * 1024
"""Those of the first piece: what is wrong with the very first byte is told with the second one."""
LARGEST_RECORD = 16 * 2**20
"""Bytes between the ends of two records. What stands there is held in memory until the second."""


def read_elements(document: Document, tags: Sequence[str]) -> Iterator[Element]:
    """Yield each element of these names, wherever it stands and whatever its namespace.

    Raises `BadFile` when the document declares entities, or is not well-formed any further.
    """
    stream = _Watched(document)
    parser = etree.XMLPullParser(
        events=("end",),
        tag=[f"{{*}}{tag}" for tag in tags],
        no_network=True,
        load_dtd=False,
        resolve_entities=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding=document.encoding,
    )
    checked = False
    try:
        for element in _elements(parser, stream):
            if not checked:
                _refuse_entities(element)
                checked = True
            yield element
            _forget(element)
            stream.since_record = 0
    except etree.XMLSyntaxError as error:
        raise _explain(error, document) from error


def _elements(parser: etree.XMLPullParser, stream: "_Watched") -> Iterator[Element]:
    """Yield the elements that the parser tells of; what it raises comes after those before it.

    The interpreter's lock is free while a piece is parsed, and has to be waited for after it: so
    the pieces are large.
    """
    failure: etree.XMLSyntaxError | None = None
    more, size = True, FIRST_PIECE
    while more:
        chunk, size = stream.read(size), PIECE
        more = bool(chunk)
        try:
            if more:
                parser.feed(chunk)
            else:
                parser.close()
        except etree.XMLSyntaxError as error:
            failure, more = error, False
        for _event, found in parser.read_events():
            yield cast(Element, found)
    if failure is not None:
        raise failure


class _Watched:
    """Hands bytes to the parser, refusing a file in which no record ever ends."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.since_record = 0

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        chunk = self._document.stream.read(size)
        self.since_record += len(chunk)
        if self.since_record > LARGEST_RECORD:
            raise BadFile(
                "huge_record",
                _("One record is larger than %(size)s MB: the file was refused from there on.")
                % {"size": LARGEST_RECORD // 2**20},
            )
        return chunk


def refuse_unresolved(element: Element) -> None:
    """Raise `BadRecord` when a record names an entity, which only a DTD could explain."""
    entity = next(element.iter(etree.Entity), None)
    if entity is not None:
        raise BadRecord(
            "entity",
            _("It uses the entity %(name)s, which the file does not explain.")
            % {"name": str(entity.text)[:40]},
        )


def _forget(element: Element) -> None:
    parent = element.getparent()
    element.clear()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _refuse_entities(element: Element) -> None:
    docinfo: Any = element.getroottree().docinfo
    if docinfo.internalDTD is not None and any(docinfo.internalDTD.iterentities()):
        raise BadFile(
            "xml_entities",
            _("The file declares XML entities, which can be used to attack: it was refused."),
        )


def _explain(error: etree.XMLSyntaxError, document: Document) -> BadFile:
    line = error.lineno or 0
    text = str(error.msg or "")
    code, message = _reason(text.lower())
    return BadFile(code, fill(message, line=line, why=text[:200], name=document.name), line=line)


def _reason(text: str) -> tuple[str, Message]:
    if "encoding" in text or "encoded" in text or "not proper utf-8" in text:
        return "bad_encoding", _(
            "Line %(line)s is not in the encoding that the file declares (%(why)s). Force the"
            " right one (for instance --encoding latin-1) and import it again."
        )
    if "entity" in text or "entities" in text or "amplification" in text:
        return "xml_entities", _(
            "Line %(line)s uses XML entities, which can be used to attack: refused (%(why)s)."
        )
    if "premature end" in text or "extra content" in text or "no element found" in text:
        return "cut_short", _(
            "The file is cut short or damaged at line %(line)s (%(why)s). Fetch it again, then"
            " import it again."
        )
    return "bad_xml", _("Line %(line)s is not well-formed XML: %(why)s. Have the supplier mend it.")
