#!/bin/sh
# facturex 0.6.4 (2026): calls the valid SIRET of a branch of La Poste an error, for it knows only the
# Luhn key; a shop that posts its parcels has invoices from there.
#
# The SIRET of La Poste's branches do not follow Luhn: the digits add up to a multiple of five (INSEE;
# python-stdnum 2.2 has the rule, stdnum.fr.siret). eu-einvoice 1.0.0 of the same year accepts 356 000
# 000 49837; facturex gives an error, not a warning, and the report is not ok.
#
# Seen: stdnum True; eu-einvoice True; facturex FR-SIRET-1 error; head office no error.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet facturex==0.6.4 eu-einvoice==1.0.0 python-stdnum==2.2
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date
from decimal import Decimal

from eu_einvoice.identifiers import check_siret
from facturex.models import Address, Invoice, LineItem, Party
from facturex.validation import validate
from stdnum.fr import siret

BRANCH, HEAD = "35600000049837", "35600000000048"


def faults(number: str) -> list[str]:
    """Return what facturex has against the seller's SIRET."""
    invoice = Invoice(
        number="2026-1",
        issue_date=date(2026, 11, 2),
        type_code="380",
        currency="EUR",
        seller=Party(name="La Poste", siret=number, address=Address(country_code="FR")),
        buyer=Party(name="A shop", address=Address(country_code="FR")),
        lines=[
            LineItem(
                id="1",
                name="Parcels",
                quantity=Decimal(1),
                unit_code="C62",
                unit_price=Decimal("10.00"),
                vat_category="S",
                vat_rate=Decimal(20),
            )
        ],
    )
    return [
        f"{finding.rule} {finding.severity}"
        for finding in validate(invoice).errors
        if "SIRET" in finding.rule
    ]


known, accepted = siret.is_valid(BRANCH), check_siret(BRANCH) is None
branch, head = faults(BRANCH), faults(HEAD)
print(
    f"stdnum {known}; eu-einvoice {accepted}; facturex {' '.join(branch)};"
    f" head office {' '.join(head) or 'no error'}."
)
assert (known, accepted) == (True, True)
assert branch == ["FR-SIRET-1 error"]
assert head == []
PYTHON
