"""The conditions of an order as a file of the mail that confirms it: its reader keeps them whatever
becomes of the site.

Source: code de la consommation, article L221-13 (what article L221-5 asks for, the model withdrawal
form included, is confirmed on a durable medium); a link is none (Court of Justice, C-49/11).
"""

from collections.abc import Iterator
from textwrap import fill
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import override

from comptoir.core.words import in_words, spaced_code
from comptoir.notifications.operations import Attachment
from comptoir.orders.models import Order
from comptoir.orders.postal.mails import Enclosed
from comptoir.terms.documents import LANGUAGES, Document
from comptoir.terms.models import TermsVersion
from comptoir.terms.reads import sections_of, terms_of

BINDS = LANGUAGES[0]
KIND = "text/plain; charset=utf-8"
_COLUMNS = 88


def conditions(order: Order) -> list[Enclosed]:
    """Return the conditions of the version that an order names, with the model withdrawal form, in
    the language that binds; nothing of an order that names none. One query."""
    version = terms_of(order)
    if version is None:
        return []
    content = "\n\n".join(_blocks(order, version)) + "\n"
    file = Attachment(_("conditions-of-sale") + ".txt", KIND, content.encode())
    told = _("the conditions of sale with the model withdrawal form (in French, which binds)")
    return [Enclosed(file, told)]


def _blocks(order: Order, version: TermsVersion) -> Iterator[str]:
    day = version.published_at.astimezone(ZoneInfo(order.shop.time_zone))
    with override(BINDS):
        named = {
            "shop": order.shop.name,
            "n": version.number,
            "day": in_words(day),
            "code": spaced_code(order.code),
        }
        told = _("Conditions of sale of %(shop)s, version %(n)s, of %(day)s. Order %(code)s.")
        yield _filled(told % named)
    for section in sections_of(version, Document.CONDITIONS, BINDS):
        heading, paragraphs = str(section["heading"]), section["paragraphs"]
        assert isinstance(paragraphs, list)
        yield f"{heading}\n{'-' * len(heading)}"
        yield from (_filled(paragraph) for paragraph in paragraphs)


def _filled(paragraph: str) -> str:
    lines = paragraph.splitlines()
    return "\n".join(
        fill(line, _COLUMNS, break_long_words=False, break_on_hyphens=False) for line in lines
    )
