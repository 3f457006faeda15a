"""The pages of an invoice: what law asks for, in French whoever reads them.

The mentions: CGI, annexe II, article 242 nonies A (numbers, days, who sells and buys, lines, rates,
why no VAT), code de commerce, articles L441-9 and R123-237 (register, legal form, capital).
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override
from fpdf.enums import Align, TableBordersLayout, VAlign
from fpdf.fonts import FontFace

from comptoir.core.money import format_cents
from comptoir.core.pdf.paper import BORDEAUX, INK, SOFT, Paper
from comptoir.core.text import one_line
from comptoir.core.words import in_words
from comptoir.papers import rules
from comptoir.papers.invoices.sums import nets
from comptoir.papers.invoices.values import (
    Buyer,
    Carriage,
    Invoice,
    PaperKind,
    Seller,
    Sold,
    Sum,
    says_form,
)
from comptoir.quotes.basket import Scheme, Tax

_RULE = (214, 206, 196)
_WIDTHS = (73, 12, 24, 15, 23, 23)
_PLAIN_WIDTHS = (97, 13, 30, 30)
_SUM_WIDTHS = (73, 32, 32, 33)
_FOOT = 24


class InvoicePaper(Paper):
    """The pages of an invoice, each with its number and the seller at its foot."""

    def __init__(self, invoice: Invoice, made_at: datetime) -> None:
        """Begin them; nothing is written yet."""
        super().__init__(title=title_of(invoice), language="fr-FR", made_at=made_at, archival=True)
        self.invoice = invoice
        self.set_author(one_line(invoice.seller.name))
        self.set_subject(title_of(invoice))
        self.set_auto_page_break(auto=True, margin=_FOOT + 4)
        self.alias_nb_pages()

    def footer(self) -> None:
        """Write who sells, and which page of how many this is."""
        self.set_y(-_FOOT)
        self.set_draw_color(*_RULE)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(2)
        self.set_font("sans", "", 7.5)
        self.set_text_color(*SOFT)
        self.multi_cell(0, 3.6, _identity(self.invoice.seller), new_x="LMARGIN", new_y="NEXT")
        said = _("%(title)s – page %(page)s of %(all)s") % {
            "title": title_of(self.invoice),
            "page": self.page_no(),
            "all": self.str_alias_nb_pages,
        }
        # The alias is longer than the number it becomes, which is why this is not aligned right.
        self.cell(0, 4.5, said)
        self.set_text_color(*INK)


def pages_of(invoice: Invoice, made_at: datetime) -> bytes:
    """Return an invoice as pages, a PDF/A-3 without its data; in French, whatever is active."""
    with override("fr"):
        paper = InvoicePaper(invoice, made_at)
        paper.add_page()
        _head(paper, invoice)
        _parties(paper, invoice)
        _days(paper, invoice)
        _lines(paper, invoice)
        _sums(paper, invoice)
        _total(paper, invoice)
        _mentions(paper, invoice)
        return paper.made()


def title_of(invoice: Invoice) -> str:
    """Return what a paper is called, in the language that is active: “Facture C-000017”."""
    if invoice.kind is PaperKind.CREDIT:
        return _("Credit note %(number)s") % {"number": invoice.number}
    return _("Invoice %(number)s") % {"number": invoice.number}


def rate_in_words(tax: Tax) -> str:
    """Return a rate as French writes it: “5,5 %”; a dash where no VAT is told."""
    if tax.scheme is not Scheme.RATE:
        return "–"
    return f"{tax.rate / 100:g}".replace(".", ",") + "\u00a0%"


def _head(paper: Paper, invoice: Invoice) -> None:
    paper.set_font("serif", "B", 19)
    paper.set_text_color(*BORDEAUX)
    shown = invoice.seller.trading_name or invoice.seller.name
    paper.multi_cell(100, 8, one_line(shown), align="L", new_x="LMARGIN", new_y="NEXT")
    below = paper.get_y()
    paper.set_xy(125, 20)
    paper.set_text_color(*INK)
    paper.set_font("sans", "B", 15)
    kind = _("Credit note") if invoice.kind is PaperKind.CREDIT else _("Invoice")
    paper.cell(65, 8, kind, align="R", new_x="LEFT", new_y="NEXT")
    paper.set_font("sans", "", 11)
    paper.cell(65, 6, _("No. %(number)s") % {"number": invoice.number}, align="R")
    paper.set_y(max(below, 36) + 5)


def _parties(paper: Paper, invoice: Invoice) -> None:
    top, seller = paper.get_y(), invoice.seller
    contact = " – ".join(part for part in (seller.phone, seller.email) if part)
    own = (seller.street, f"{seller.postcode} {seller.city}", contact)
    ends = [_block(paper, 20, top, _("Seller"), seller.name, own)]
    goes_to = _address(invoice.buyer)
    about = _("Buyer, delivery address") if invoice.posted else _("Buyer")
    ends.append(_block(paper, 110, top, about, invoice.buyer.name, goes_to))
    paper.set_y(max(ends) + 4)


def _block(
    paper: Paper, left: float, top: float, about: str, name: str, lines: Sequence[str]
) -> float:
    paper.set_xy(left, top)
    paper.set_font("sans", "", 8)
    paper.set_text_color(*SOFT)
    paper.cell(80, 4.5, about, new_x="LEFT", new_y="NEXT")
    paper.set_text_color(*INK)
    paper.set_font("sans", "B", 10)
    paper.multi_cell(80, 5, one_line(name), align="L", new_x="LEFT", new_y="NEXT")
    paper.set_font("sans", "", 10)
    for line in lines:
        if line.strip():
            paper.multi_cell(80, 5, one_line(line), align="L", new_x="LEFT", new_y="NEXT")
    return paper.get_y()


def _address(buyer: Buyer) -> list[str]:
    town = f"{buyer.postcode} {buyer.city}".strip()
    abroad = buyer.country if buyer.country != "FR" else ""
    return [buyer.extra, buyer.street, town, abroad]


def _days(paper: Paper, invoice: Invoice) -> None:
    said = [
        (_("Date of issue"), in_words(invoice.day)),
        (
            _("Your order"),
            _("%(order)s of %(day)s")
            % {"order": invoice.order, "day": in_words(invoice.ordered_on)},
        ),
    ]
    if invoice.sent_on:
        said.append((_("Date of delivery"), in_words(invoice.sent_on)))
    if invoice.earlier:
        words = _("Takes back invoice")
        named = {
            "number": invoice.earlier.number,
            "day": in_words(invoice.earlier.day),
        }
        said.insert(0, (words, _("%(number)s of %(day)s") % named))
    for words, value in said:
        paper.set_font("sans", "", 9)
        paper.set_text_color(*SOFT)
        paper.cell(36, 5, words)
        paper.set_text_color(*INK)
        paper.cell(0, 5, one_line(value), new_x="LMARGIN", new_y="NEXT")
    paper.ln(5)


def _lines(paper: Paper, invoice: Invoice) -> None:
    parts: list[Sold | Carriage] = [*invoice.lines, *(invoice.carriage if invoice.posted else ())]
    if _is_plain(invoice):
        rows: list[Sequence[str]] = [
            (_("Description"), _("Qty"), _("Unit price"), _("Total")),
            *((*_row(part, part.cents)[:3], _euros(part.cents)) for part in parts),
        ]
        _table(paper, rows, _PLAIN_WIDTHS, ("L", "R", "R", "R"))
    else:
        heads = (
            *(_("Description"), _("Qty"), _("Unit, net"), _("VAT")),
            *(_("Total net"), _("Total incl. tax")),
        )
        told = zip(parts, nets(parts, invoice.sums), strict=True)
        rows = [heads, *(_row(part, net) for part, net in told)]
        _table(paper, rows, _WIDTHS, ("L", "R", "R", "R", "R", "R"))
    paper.ln(6)


def _is_plain(invoice: Invoice) -> bool:
    """Whether nothing of it bears VAT, so that no column tells any."""
    return all(each.tax.scheme is Scheme.NONE for each in invoice.sums)


def _row(part: Sold | Carriage, net: int) -> tuple[str, ...]:
    told = part.tax.scheme is not Scheme.MARGIN
    amounts = (rate_in_words(part.tax), _euros(net) if told else "–", _euros(part.cents))
    if isinstance(part, Carriage):
        return (_("Postage and packing"), "1", _euros(net) if told else "–", *amounts)
    about = [part.title, *([part.detail] if part.detail else [])]
    name = "\n".join(one_line(each) for each in about)
    if part.used:
        name = f"{name}\n{_('Second-hand')}"
    unit = _unit(net, part.quantity)
    if not told:
        unit = _("%(price)s incl. tax") % {"price": _euros(part.unit_cents)}
    return (name, str(part.quantity), unit, *amounts)


def _unit(net: int, quantity: int) -> str:
    """Return the net price of one copy, with four places where cents would not give the line's."""
    if net % quantity == 0:
        return _euros(net // quantity)
    return f"{net / quantity / 100:.4f}".replace(".", ",") + "\u00a0€"


def _euros(cents: int) -> str:
    return format_cents(cents, "fr")


def _sums(paper: Paper, invoice: Invoice) -> None:
    if _is_plain(invoice):
        paper.set_font("sans", "", 10)
        for each in invoice.sums:
            paper.cell(0, 5, _sum_row(each, invoice)[0], new_x="LMARGIN", new_y="NEXT")
        paper.ln(5)
        return
    rows: list[Sequence[str]] = [(_("VAT by rate"), _("Net"), _("VAT"), _("Incl. tax"))]
    rows.extend(_sum_row(each, invoice) for each in invoice.sums)
    _table(paper, rows, _SUM_WIDTHS, ("L", "R", "R", "R"))
    paper.ln(5)


def _sum_row(each: Sum, invoice: Invoice) -> tuple[str, ...]:
    if each.tax.scheme is Scheme.RATE:
        words = _("Rate %(rate)s") % {"rate": rate_in_words(each.tax)}
        return words, _euros(each.net_cents), _euros(each.vat_cents), _euros(each.cents)
    words = rules.exempt(each.tax.scheme, invoice.day, invoice.seller.postcode).values["words"]
    net = "–" if each.tax.scheme is Scheme.MARGIN else _euros(each.net_cents)
    return words, net, "–", _euros(each.cents)


def _table(
    paper: Paper, rows: Sequence[Sequence[str]], widths: Sequence[int], aligns: Sequence[str]
) -> None:
    paper.set_font("sans", "", 9)
    paper.set_draw_color(*_RULE)
    heading = FontFace(emphasis="B", size_pt=8.5, color=INK)
    with paper.table(
        rows,
        col_widths=tuple(widths),
        text_align=tuple(Align.coerce(each) for each in aligns),
        v_align=VAlign.T,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=heading,
        line_height=4.6,
        padding=(1.3, 1.2),
    ):
        pass


def _total(paper: Paper, invoice: Invoice) -> None:
    back = invoice.kind is PaperKind.CREDIT
    rows = []
    if invoice.vat_cents:
        rows = [(_("VAT"), _euros(invoice.vat_cents), "")]
    plain = _is_plain(invoice)
    if not plain and not any(each.tax.scheme is Scheme.MARGIN for each in invoice.sums):
        rows.insert(0, (_("Total net"), _euros(invoice.cents - invoice.vat_cents), ""))
    whole = _("Total given back") if back else _("Total to pay, tax included")
    if plain:
        whole = _("Amount given back") if back else _("Amount to pay")
    rows.append((whole, _euros(invoice.cents), "B"))
    if not back:
        paid = _("Paid in advance")
        if invoice.paid_on:
            paid = _("Paid on %(day)s") % {"day": in_words(invoice.paid_on)}
        rows += [(paid, _euros(invoice.cents), ""), (_("Remains due"), _euros(0), "")]
    if paper.will_page_break(len(rows) * 6.2):
        paper.add_page()
    for words, amount, style in rows:
        paper.set_x(95)
        paper.set_font("sans", style, 11 if style else 9.5)
        paper.cell(62, 6.2, words, align="R")
        paper.cell(33, 6.2, amount, align="R", new_x="LMARGIN", new_y="NEXT")
    paper.ln(5)


def _mentions(paper: Paper, invoice: Invoice) -> None:
    said = list(rules.mentions(invoice.day, invoice.kind.value).values())
    said += [row.values["words"] for row in rules.notes(invoice.day) if row.values["code"] != "BAR"]
    paper.set_font("sans", "", 8)
    paper.set_text_color(*SOFT)
    paper.multi_cell(0, 4, " ".join(said), align="L", new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(*INK)


def _identity(seller: Seller) -> str:
    capital = _("capital of %(amount)s") % {"amount": seller.capital} if seller.capital else ""
    number = _("VAT number %(number)s") % {"number": seller.vat_number}
    # `SARL au capital de 8 000 €`; a name that says its form is followed by the capital at once.
    is_said = not seller.form or says_form(seller.name, seller.form)
    between = " " if is_said else f" – {seller.form} "
    parts = (
        f"{seller.name}{between}{capital}".strip(),
        _("SIRET %(number)s") % {"number": seller.siret},
        seller.register,
        number if seller.vat_number else "",
    )
    return one_line(" – ".join(part for part in parts if part))
