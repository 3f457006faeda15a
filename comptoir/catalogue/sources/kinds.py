"""What a file is that somebody took for a stock or a catalogue: an order, a picture, a web page.

Whoever chose the wrong file is told which one it is, not that its line 1 is missing something.
"""

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message
from comptoir.core.table import plain_name

_ACKNOWLEDGEMENT = _("an order acknowledgement")
_ORDER = _("an order")
_INVOICE = _("an invoice")
_DISPATCH = _("a dispatch advice")
_PARTNERS = _("a list of distributors")
_PRICES = _("a list of prices")
_RECEIPT = _("an acknowledgement of receipt")
_CATALOGUE = _("a catalogue (ONIX)")
_ARCHIVE = _("an archive: unpack it first")
_DATABASE = _("a database")
_PICTURE = _("a picture")
_JSON = _("JSON: programs send that to the API")

# By the type of an EDIFACT message, or the number of an X12 transaction.
_MESSAGES: dict[str, Message] = {
    "ORDRSP": _ACKNOWLEDGEMENT,
    "ORDERS": _ORDER,
    "ORDCHG": _ORDER,
    "DESADV": _DISPATCH,
    "INVOIC": _INVOICE,
    "PARTIN": _PARTNERS,
    "PRICAT": _PRICES,
    "CONTRL": _RECEIPT,
    "APERAK": _RECEIPT,
    "855": _ACKNOWLEDGEMENT,
    "850": _ORDER,
    "856": _DISPATCH,
    "810": _INVOICE,
    "997": _RECEIPT,
}
_EDIFACT = re.compile(rb"\A(?:UNA.{6}\s*)?UNB.*?UNH.[^'~\r\n]*?[+*|]([A-Z]{6})\b", re.DOTALL)
_X12 = re.compile(rb"\AISA.*?\bST[^A-Z0-9](\d{3})\b", re.DOTALL)
# By the root of an XML document, without its prefix.
_ROOTS: dict[str, Message] = {
    "masters": _("Discogs' dump of masters"),
    "artists": _("Discogs' dump of artists"),
    "labels": _("Discogs' dump of labels"),
    "releases": _("Discogs' dump of releases"),
    "onixmessage": _CATALOGUE,
    "orderresponse": _ACKNOWLEDGEMENT,
    "order": _ORDER,
    "invoice": _INVOICE,
    "despatchadvice": _DISPATCH,
    "html": _("a web page"),
    "svg": _PICTURE,
}
_ROOT = re.compile(
    rb"\A(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>|\s)*<(?:[\w-]+:)?([\w-]+)", re.DOTALL
)
_SIGNATURES: tuple[tuple[bytes, Message], ...] = (
    (b"%PDF", _("a PDF: it is made to be printed")),
    (b"{\\rtf", _("a text of a word processor")),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"SQLite format 3", _DATABASE),
    (b"\x00\x01\x00\x00Standard", _DATABASE),
    (b"STX=ANA", _("a message of TRADACOMS")),
    (b"MIME-Version:", _("a web page kept with its pictures (MHTML): save it as xlsx or CSV")),
    (b'{"', _JSON),
    (b'[{"', _JSON),
    # Dilicom's text of an order: the sender's GLN, then the receiver's.
    (b"A0001", _ORDER),
)
_TITLES: tuple[tuple[re.Pattern[str], Message], ...] = (
    (
        re.compile(
            r"(?:qte|quantite|qty|quantity)_(?:livree?|confirmee?|expediee?|servie?|delivered)"
            r"|(?:code_)?reponse|accuse.*|date_de_livraison|(?:qte|quantite)_non_livree"
        ),
        _ACKNOWLEDGEMENT,
    ),
    (
        re.compile(r"(?:qte|quantite)_(?:commandee?|cdee)|(?:n°?|no|num|numero)_(?:de_)?commande"),
        _ORDER,
    ),
    (re.compile(r"(?:nom_|code_|gln_|libelle_)?(?:du_)?distributeurs?|gln(?:_?13)?"), _PARTNERS),
    (re.compile(r"variant_(?:sku|barcode)|token"), _("a list of articles, without their stock")),
)


def kind_of(head: bytes) -> Message | None:
    """Return in words what a file is by its first bytes, as far as these tell; None where not."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern in (_EDIFACT, _X12):
        if found := pattern.match(head):
            return name_of_message(found[1].decode("ascii"))
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    root = _ROOT.match(head)
    return _ROOTS.get(root[1].decode("ascii", "ignore").lower()) if root else None


def name_of_message(code: str) -> Message | None:
    """Return what a message of EDIFACT (`ORDRSP`) or X12 (`855`) is; None for one unknown here."""
    return _MESSAGES.get(code)


def kind_by_titles(titles: Iterable[str]) -> Message | None:
    """Return in words what a table is by the titles of its columns; None where they do not tell."""
    plain = [plain_name(title) for title in titles]
    for pattern, kind in _TITLES:
        if any(map(pattern.fullmatch, plain)):
            return kind
    return None
