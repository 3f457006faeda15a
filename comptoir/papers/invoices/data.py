"""An invoice as data: Cross Industry Invoice (UN/CEFACT), profile EN 16931 of Factur-X 1.09.

The names are the business terms of EN 16931 (BT-…, BG-…), which the library `factur-x` writes as
XML. Amounts are decimal strings: floats would be rounded.
"""

from collections.abc import Mapping
from typing import Any

from stdnum import ean

from comptoir.core.text import one_line
from comptoir.papers import rules
from comptoir.papers.invoices.sums import nets
from comptoir.papers.invoices.values import Buyer, Invoice, Sold, Sum
from comptoir.quotes.basket import Scheme, Tax

PROFILE = "en16931"
_OUTSIDE = "O"
"""The category of what is outside VAT (UNTDID 5305)."""
_PAID_ALREADY = "B2"
"""How the paper comes about (BT-23, XP Z12-012): goods that were paid before; the day of payment is
then the day on which it was due (BT-9)."""


def xml_of(invoice: Invoice, address: tuple[str, str] | None = None) -> bytes:
    """Return an invoice as XML that its schema (XSD) accepts. `address` is the buyer's electronic
    one, with its scheme. Raises `Exception` where the schema refuses it: a fault of ours."""
    from facturx import generate_xml

    # The library would ask a server, which asks a public address, unless it is told not to.
    made: bytes = generate_xml(
        as_terms(invoice, address), level=PROFILE, check_xsd=True, check_schematron=False
    )
    return made


def as_terms(invoice: Invoice, address: tuple[str, str] | None = None) -> dict[str, Any]:
    """Return an invoice by the business terms of EN 16931."""
    charged = [each for each in invoice.carriage if each.cents]
    net = nets([*invoice.lines, *charged], invoice.sums)
    of_lines, of_charged = net[: len(invoice.lines)], net[len(invoice.lines) :]
    terms = _if_known(invoice) | {
        "BT-1": invoice.number,
        "BT-2": invoice.day,
        "BT-3": invoice.kind.value,
        "BT-5": "EUR",
        "BT-13": invoice.order,
        "BT-23": _PAID_ALREADY,
        "BG-1": _notes(invoice),
        "BG-4": _seller(invoice),
        "BG-7": _buyer(invoice.buyer, address),
        "BG-21": [
            _carriage(each.tax, cents, invoice)
            for each, cents in zip(charged, of_charged, strict=True)
        ],
        "BG-23": [_by_tax(each, invoice) for each in invoice.sums],
        "BG-25": [
            _line(place, line, cents, invoice)
            for place, (line, cents) in enumerate(zip(invoice.lines, of_lines, strict=True), 1)
        ],
        "BT-106": money(sum(of_lines)),
        "BT-108": money(sum(of_charged)) if charged else None,
        "BT-109": money(invoice.cents - invoice.vat_cents),
        "BT-110": money(invoice.vat_cents),
        "BT-112": money(invoice.cents),
        "BT-113": money(invoice.cents),
        "BT-115": money(0),
    }
    return {name: value for name, value in terms.items() if value is not None}


def _if_known(invoice: Invoice) -> dict[str, Any]:
    buyer, earlier = invoice.buyer, invoice.earlier
    return {
        "BT-72": invoice.sent_on,
        "BT-9": invoice.paid_on,
        "BG-13": _address(buyer) | {"name": one_line(buyer.name)} if invoice.posted else None,
        "BG-3": [{"BT-25": earlier.number, "BT-26": earlier.day}] if earlier else None,
    }


def _carriage(tax: Tax, net: int, invoice: Invoice) -> dict[str, Any]:
    return {
        "amount": money(net),
        "reason": "Frais de port",
        "reason_code": "FC",
        "vat_category_code": _category(tax, invoice),
        "vat_rate": _rate(tax, invoice),
    }


def money(cents: int) -> str:
    """Return cents as a decimal of euros: “12.90”."""
    return f"{cents // 100}.{cents % 100:02}"


def _rate(tax: Tax, invoice: Invoice) -> str | None:
    """Return a rate in per cent; None where goods are outside VAT, which have none (BR-O-05)."""
    outside = _category(tax, invoice) == _OUTSIDE
    return None if outside else f"{tax.rate // 100}.{tax.rate % 100:02}"


def _category(tax: Tax, invoice: Invoice) -> str:
    return "S" if tax.scheme is Scheme.RATE else str(_exempt(tax, invoice)["category"])


def _exempt(tax: Tax, invoice: Invoice) -> Mapping[str, Any]:
    return rules.exempt(tax.scheme, invoice.day, invoice.seller.postcode).values


def _notes(invoice: Invoice) -> list[dict[str, str]]:
    found = [
        {"BT-21": row.values["code"], "BT-22": row.values["words"]}
        for row in rules.notes(invoice.day)
    ]
    others = rules.mentions(invoice.day, invoice.kind.value).values()
    return [*found, *({"BT-22": words} for words in others)]


def _seller(invoice: Invoice) -> dict[str, Any]:
    seller = invoice.seller
    about = (seller.form, seller.capital and f"capital {seller.capital}", seller.register)
    found = {
        "name": one_line(seller.name),
        "biz_name": one_line(seller.trading_name),
        "legal_info": one_line(" – ".join(part for part in about if part)),
        "identifiers": {"0009": seller.siret},
        "legal_identifier": seller.siren,
        "legal_identifier_schemeid": "0002",
        "einvoicing_addr": seller.siren,
        "einvoicing_addr_schemeid": "0225",
        "addr_l1": one_line(seller.street),
        "postcode": seller.postcode,
        "city": one_line(seller.city),
        "country_code": seller.country,
    }
    # Whoever is outside VAT names no number of it (BR-O-02); a small business that has none is
    # named to the tax office by its SIREN (BR-E-02).
    if not any(_category(each.tax, invoice) == _OUTSIDE for each in invoice.sums):
        name = "vat_identifier" if seller.vat_number else "tax_identifier"
        found[name] = seller.vat_number or seller.siren
    return found


def _buyer(buyer: Buyer, address: tuple[str, str] | None) -> dict[str, Any]:
    found = _address(buyer) | {"name": one_line(buyer.name)}
    if address:
        found |= {"einvoicing_addr_schemeid": address[0], "einvoicing_addr": address[1]}
    return found


def _address(buyer: Buyer) -> dict[str, Any]:
    return {
        "addr_l1": one_line(buyer.street),
        "addr_l2": one_line(buyer.extra),
        "postcode": buyer.postcode,
        "city": one_line(buyer.city),
        "country_code": buyer.country,
    }


def _by_tax(each: Sum, invoice: Invoice) -> dict[str, Any]:
    found: dict[str, Any] = {
        "BT-116": money(each.net_cents),
        "BT-117": money(each.vat_cents),
        "BT-118": _category(each.tax, invoice),
        "BT-119": _rate(each.tax, invoice),
    }
    if each.tax.scheme is not Scheme.RATE:
        why = _exempt(each.tax, invoice)
        found |= {"BT-120": why["words"], "BT-121": why["code"]}
    return {name: value for name, value in found.items() if value is not None}


def _line(place: int, line: Sold, net: int, invoice: Invoice) -> dict[str, Any]:
    found: dict[str, Any] = {
        "BT-126": str(place),
        "BT-129": str(line.quantity),
        "BT-130": "C62",
        "BT-131": money(net),
        # The price is that of all copies of the line, so that no price of one copy is rounded.
        "BT-146": money(net),
        "BT-149": str(line.quantity),
        "BT-151": _category(line.tax, invoice),
        "BT-152": _rate(line.tax, invoice),
        "BT-153": one_line(line.title),
        "BT-154": one_line("occasion" if line.used else line.detail),
    }
    if ean.is_valid(line.number):
        found |= {"BT-157": line.number, "BT-157-1": "0160"}
    return {name: value for name, value in found.items() if value}
