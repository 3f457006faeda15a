#!/bin/sh
# stripe-xrechnung 0.1.0 (2026): of what Stripe sends today it makes invoices at the German rate of 19 %,
# whatever the shop asked, and it knows no voucher and no postage; its check warns of 5.5 % alone.
#
# A French shop that sells to a German public library needs an XRechnung. Since version 2025-03-31 of its
# interface Stripe has the tax of a line under `taxes`, with the amount and the id of the rate (changelog
# "basil"); the package reads the fields that are gone, finds no rate and puts 19. In an invoice of the
# older interface it takes a price with its tax for one without and adds the tax again. A coupon and the
# postage, which have fields of their own, are left out, also when `metadata` says the rate, as the package
# offers. Its check warns where the rate is right and unusual in Germany, and never of a total that is not
# Stripe's: compare them before you send one.
#
# Seen, paid and invoiced: today 10.55, 11.90 at 19; older, tax in the price 10.55, 11.13 at 5.5; today
# with the rate said, a coupon of 5.00 and postage of 6.00 11.61, 10.55 at 5.5; a warning
# of the second and the third alone.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet stripe-xrechnung==0.1.0
"$folder/venv/bin/python" - <<'PYTHON'
from stripe_xrechnung.map_stripe import map_stripe
from stripe_xrechnung.validate_local import validate_invoice

AT = {"line1": "1 rue des Livres", "city": "Lyon", "postal_code": "69001", "country": "FR"}
SHOP = {"name": "La Marge", "vat_id": "FR40303265045", "address": AT, "phone": "+33400000000"}
SHOP |= {"email": "shop@shop.example", "iban": "FR7630006000011234567890189"}
LIBRARY = {"line1": "Am Markt 1", "city": "Bonn", "postal_code": "53111", "country": "DE"}


def invoiced(total: int, line: dict, **more: object) -> tuple[str, str, str, list]:
    """Return what was paid, the total and the rate of the invoice, and what its check finds."""
    found = map_stripe(
        {
            "object": "invoice",
            "number": "F-7",
            "currency": "eur",
            "created": 1795000000,
            "customer_name": "Stadtbibliothek",
            "customer_email": "library@library.example",
            "customer_address": LIBRARY,
            "footer": "04011000-12345-03",
            "total": total,
            "amount_due": total,
            "lines": {"object": "list", "data": [{"object": "line_item", "quantity": 1, **line}]},
            **more,
        },
        SHOP,
    ).recompute_totals()
    issues = [issue.code for issue in validate_invoice(found).issues]
    rate = f"{found.lines[0].vat_rate.normalize():f}"
    return f"{total / 100:.2f}", str(found.totals.tax_inclusive), rate, issues


book = {"id": "il_1", "description": "L'Étranger"}
rate = {"tax_rate_details": {"tax_rate": "txr_1"}, "type": "tax_rate_details"}
tax = {**rate, "amount": 55, "tax_behavior": "exclusive", "taxable_amount": 1000}
pricing = {"type": "price_details", "unit_amount_decimal": "1000"}
now = {**book, "amount": 1000, "subtotal": 1000, "pricing": pricing, "taxes": [tax]}
tax_rate = {"id": "txr_1", "object": "tax_rate", "percentage": 5.5, "inclusive": True}
inside = {"amount": 55, "inclusive": True, "tax_rate": tax_rate, "taxable_amount": 1000}
older = {**book, "amount": 1055, "tax_amounts": [inside], "tax_rates": [tax_rate]}
cut = {**tax, "amount": 61, "taxable_amount": 1100}
whole = {
    "metadata": {"vat_rate": "5.5"},
    "total_discount_amounts": [{"amount": 500, "discount": "di_1"}],
    "shipping_cost": {"amount_subtotal": 600, "amount_tax": 33, "amount_total": 633},
    "total_taxes": [cut],
}
answers = [
    invoiced(1055, now, total_taxes=[tax]),
    invoiced(1055, older, total_tax_amounts=[inside]),
    invoiced(1161, {**now, "taxes": [{**tax, "amount": 28, "taxable_amount": 500}]}, **whole),
]
print("; ".join(f"{paid} paid, {total} at {at}, faults {issues}" for paid, total, at, issues in answers))
assert answers[0] == ("10.55", "11.90", "19", [])
assert answers[1] == ("10.55", "11.13", "5.5", ["E-RATE-001"])
assert answers[2] == ("11.61", "10.55", "5.5", ["E-RATE-001"])
PYTHON
