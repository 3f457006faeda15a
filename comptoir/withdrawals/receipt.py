"""The receipt of a withdrawal: its content, the day and the hour, as plain values, text and PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.core.pdf.letters import printable
from comptoir.core.words import in_words, spaced_code
from comptoir.withdrawals.models import Withdrawal

if TYPE_CHECKING:
    from comptoir.core.pdf.paper import Paper

_GAP = 4


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says: of which order, to which shop (its lines), by whom, when it was declared
    and, where that was later, confirmed (in words, of the shop's place), which copies."""

    code: str
    shop: Sequence[str]
    name: str
    email: str
    when: str
    confirmed: str
    lines: Sequence[tuple[int, str]]


def receipt_of(made: Withdrawal) -> Receipt:
    """Return the receipt of a withdrawal. Two queries where nothing was read yet."""
    order = made.order
    shop, zone = order.shop, ZoneInfo(order.shop.time_zone)
    asked = made.declared_at.replace(microsecond=0) != made.confirmed_at.replace(microsecond=0)
    return Receipt(
        code=spaced_code(order.code),
        shop=[shop.name, shop.street, f"{shop.postcode} {shop.city}"],
        name=order.name,
        email=order.email,
        when=_moment(made.declared_at, zone),
        confirmed=_moment(made.confirmed_at, zone) if asked else "",
        lines=[(each.quantity, each.line.title) for each in made.lines.all()],
    )


def told(receipt: Receipt) -> list[tuple[str, str]]:
    """Return the receipt as headings with what stands behind them, in the language of the thread;
    what is empty is left out."""
    copies = "\n".join(f"{count} × {title}" for count, title in receipt.lines)
    rows = [
        (_("Declared on"), receipt.when),
        (_("Confirmed on"), receipt.confirmed),
        (_("Declared by"), ", ".join(filter(None, (receipt.name, receipt.email)))),
        (_("Addressed to"), ", ".join(filter(None, receipt.shop))),
        (_("Number of the order"), receipt.code),
        (_("Withdrawn from"), copies),
    ]
    return [(heading, text) for heading, text in rows if text]


def as_text(receipt: Receipt) -> str:
    """Return the receipt as plain text."""
    parts = [f"{heading}\n{text}" for heading, text in told(receipt)]
    return "\n\n".join([_("Receipt of a withdrawal"), *parts, _statement()]) + "\n"


def as_pdf(receipt: Receipt, *, language: str, made_at: datetime) -> bytes:
    """Return the receipt as a PDF of a page; of the same values the same file."""
    from comptoir.core.pdf.paper import BORDEAUX, INK, SOFT, Paper

    paper = Paper(title=_("Receipt of a withdrawal"), language=language, made_at=made_at)
    paper.add_page()
    paper.set_text_color(*BORDEAUX)
    paper.set_font("serif", "B", 22)
    _write(paper, 10, _("Receipt of a withdrawal"))
    paper.ln(_GAP)
    for heading, text in told(receipt):
        paper.set_text_color(*SOFT)
        paper.set_font("sans", "", 10)
        _write(paper, 5, heading)
        paper.set_text_color(*INK)
        paper.set_font("sans", "", 12)
        for line in text.split("\n"):
            _write(paper, 6.5, line)
        paper.ln(_GAP)
    paper.set_font("sans", "", 11)
    _write(paper, 6, _statement())
    return paper.made()


def _write(paper: "Paper", height: float, text: str) -> None:
    """Write a text from the left, its words at their own distance, and go below it."""
    paper.multi_cell(paper.epw, height, printable(text), align="L", new_x="LMARGIN", new_y="NEXT")


def _statement() -> str:
    return _(
        "The shop has received this declaration. It pays back within fourteen days of it; of what"
        " had left it before, it may wait until it has the goods, or a proof that they were sent."
    )


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    local = timezone.localtime(moment, zone)
    day, hour = in_words(local), local.strftime("%H:%M:%S")
    return _("%(day)s at %(hour)s (%(zone)s)") % {"day": day, "hour": hour, "zone": zone.key}
