"""What a paper says in amounts, as its row keeps it: plain values in cents, nobody's name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from comptoir.papers.invoices.sums import Sale, without
from comptoir.papers.invoices.values import Carriage, Sold, Sum
from comptoir.papers.models import Paper, PaperKind
from comptoir.quotes.basket import Scheme, Tax

Content = Mapping[str, Any]


def content_of(sale: Sale, sums: Iterable[Sum]) -> dict[str, Any]:
    """Return lines, postage and sums as JSON can carry them."""
    return {
        "lines": [
            {
                "line": line.line,
                "title": line.title,
                "quantity": line.quantity,
                "unit_cents": line.unit_cents,
                "number": line.number,
                "detail": line.detail,
                "used": line.used,
                "less_cents": line.less_cents,
                **_tax(line.tax),
            }
            for line in sale.lines
        ],
        "carriage": [{"cents": each.cents, **_tax(each.tax)} for each in sale.carriage],
        "sums": [
            {"cents": each.cents, "vat_cents": each.vat_cents, **_tax(each.tax)} for each in sums
        ],
    }


def sale_in(content: Content) -> Sale:
    """Return the lines and the postage that a row keeps."""
    lines = [
        Sold(
            line["line"],
            line["title"],
            line["quantity"],
            line["unit_cents"],
            _read(line),
            line["number"],
            line["detail"],
            line["used"],
            line["less_cents"],
        )
        for line in content["lines"]
    ]
    return Sale(lines, [Carriage(_read(each), each["cents"]) for each in content["carriage"]])


def invoiced(papers: Sequence[Paper]) -> Sale:
    """Return what stays invoiced by papers of one order, in the order of their numbers: what the
    last invoice says less what its credit notes gave back."""
    stays = Sale([], [])
    for paper in papers:
        said = sale_in(paper.content)
        stays = said if paper.kind == PaperKind.INVOICE else without(stays, said)
    return stays


def _tax(tax: Tax) -> dict[str, Any]:
    return {"scheme": tax.scheme.value, "rate": tax.rate}


def _read(values: Mapping[str, Any]) -> Tax:
    return Tax(Scheme(values["scheme"]), values["rate"])
