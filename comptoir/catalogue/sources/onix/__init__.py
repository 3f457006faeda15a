"""ONIX for Books 3.0 and 3.1, reference and short tags (EDItEUR)."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.errors import BadFile
from comptoir.catalogue.sources.document import Document, Root
from comptoir.catalogue.sources.notice import Notice, Refusal
from comptoir.catalogue.sources.onix.record import Message, read_product, reference_of
from comptoir.catalogue.sources.onix.tags import NAMES
from comptoir.catalogue.sources.safe_xml import read_elements, refuse_unresolved
from comptoir.catalogue.sources.source import Source
from comptoir.core.errors import Invalid

_NUMBER = re.compile(r"(?<!\d)[123]\.\d(?!\d)")
_TAGS = ("Header", "header", "Product", "product")


def _recognises(document: Document) -> bool:
    root = document.root
    if root is None:
        return False
    # Some suppliers send one record bare, without the message around it.
    alone = root.name.lower() == "product" and b"productidentifier" in document.head.lower()
    return alone or root.name.lower() == "onixmessage"


def _read(document: Document) -> Iterator[Notice | Refusal]:
    _refuse_other_releases(document)
    message = Message(document.as_of)
    declared = b"<!DOCTYPE" in document.head
    place = 0
    for element in read_elements(document, _TAGS):
        if NAMES[element.tag] == "header":
            message.read_header(element)
            continue
        place += 1
        try:
            if declared:
                refuse_unresolved(element)
            notice = read_product(element, message, place)
        except Invalid as error:
            yield Refusal(place, reference_of(element), error.code, error.message)
        else:
            notice.order = document.message << 32 | place
            yield notice


def _refuse_other_releases(document: Document) -> None:
    release = _release(document.root, document.head) if document.root else "?"
    if not release.startswith("3."):
        raise BadFile(
            "onix_release",
            _(
                "This is ONIX %(release)s. Comptoir reads ONIX 3.0 and 3.1: ask the supplier for"
                " one of them."
            )
            % {"release": release},
            release=release,
        )


def _release(root: Root, head: bytes) -> str:
    if release := root.attributes.get("release", "").strip():
        return release[:20]
    for address in (root.namespace, root.system_url):
        if found := _NUMBER.search(address):
            return found.group()
    # Release 2 had no attribute and no blocks; DescriptiveDetail came with release 3.
    return "3.0" if b"<DescriptiveDetail" in head or b"<descriptivedetail" in head else "2.1"


SOURCE = Source(name="onix", label="ONIX 3.0 / 3.1", recognises=_recognises, read=_read)
