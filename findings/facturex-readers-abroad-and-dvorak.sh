#!/bin/sh
# facturex 0.6.4 (2026): what a shop reports of its sales names each private reader in Brussels, Monaco or
# Guadeloupe as a business abroad; and the invoice of a record prints "Dvo?ák".
#
# From September 2026 or 2027 on, by their size, French businesses report sales to private people as sums
# of a day, without names, and invoices to businesses outside France one by one (French tax code, article
# 290). The package says so itself, then takes every buyer whose country is not FR for a business, also
# without a VAT number: name and amount go to the tax office. Its PDF is written in Windows-1252, and a
# letter outside it becomes a question mark, without a word; the XML of the same invoice has it right, so
# paper and data differ.
#
# Seen: named BE GP MC, summed 1; printed Dvo?ák, in XML Dvořák.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet facturex==0.6.4 pypdf==6.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import io
import re
from datetime import date
from decimal import Decimal

from facturex.ereporting import build_flux_101, transactions_from_invoices
from facturex.models import Address, Invoice, LineItem, Party
from facturex.pdfgen import invoice_pdf_rich
from facturex.writers import write_cii
from pypdf import PdfReader

SIRET = "30326504500017"
SHOP = Party(name="La Marge", siret=SIRET, vat_id="FR40303265045", address=Address(country_code="FR"))


def sold_to(country: str) -> Invoice:
    """Return the invoice of one record, posted to a private reader."""
    record = LineItem(
        id="1",
        name="Dvořák, Stabat Mater",
        quantity=Decimal(1),
        unit_code="C62",
        unit_price=Decimal("20.00"),
        vat_category="S",
        vat_rate=Decimal(20),
    )
    return Invoice(
        number=country,
        issue_date=date(2026, 11, 28),
        type_code="380",
        currency="EUR",
        seller=SHOP,
        buyer=Party(name="Anna Peeters", address=Address(country_code=country)),
        lines=[record],
    )


sales = transactions_from_invoices([sold_to(country) for country in ("FR", "BE", "MC", "GP")])
told = build_flux_101(sales, siret_emetteur=SIRET, periode="2026-11").decode()
named = re.findall(r'nom="Anna Peeters" pays="(\w\w)"', told)
(summed,) = re.findall(r'nombre="(\d+)"', told)
pages = PdfReader(io.BytesIO(invoice_pdf_rich(sold_to("FR")))).pages
printed = re.search(r"\S+(?=, Stabat)", pages[0].extract_text())[0]
(kept,) = re.findall(r"(\w+), Stabat", write_cii(sold_to("FR")).decode())
print(f"named {' '.join(named)}, summed {summed}; printed {printed}, in XML {kept}.")
assert sorted(named) == ["BE", "GP", "MC"] and summed == "1"
assert (printed, kept) == ("Dvo?ák", "Dvořák")
PYTHON
