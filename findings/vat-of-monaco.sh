#!/bin/sh
# company-id-validators 0.1.0 (2026) calls every VAT number of Monaco wrong.
#
# Monaco is one territory of VAT with France: its businesses, bookshops among them, have numbers that
# begin with FR. Nine digits follow the key, of which the first three are 000; they are no SIREN, and have
# no check digit of their own. The package asks one of them, as of a French business. vatverify-rates
# 0.1.0, which has older rules elsewhere, eu-vat-rates-data 2026.9.29 and python-stdnum 2.2 accept the
# number; python-stdnum says why.
#
# Seen: FR53000004605 Fails the Luhn check digit, FR40303265045 good; the three others: both good.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet company-id-validators==0.1.0 vatverify-rates==0.1.0 \
    eu-vat-rates-data==2026.9.29 python-stdnum==2.2
"$folder/venv/bin/python" - <<'PYTHON'
from company_id_validators import validate_eu_vat
from eu_vat_rates_data import validate_format
from stdnum.eu import vat
from vatverify_rates import validate

MONACO, FRANCE = "FR53000004605", "FR40303265045"
told = {number: validate_eu_vat(number) for number in (MONACO, FRANCE)}
others = [
    validate(number).valid and validate_format(number) and vat.is_valid(number)
    for number in (MONACO, FRANCE)
]
print("; ".join(f"{number} {answer.get('reason', 'good')}" for number, answer in told.items()), end="; ")
print(f"the three others: {'both good' if all(others) else others}.")
assert not told[MONACO]["ok"] and "Luhn" in told[MONACO]["reason"]
assert told[FRANCE]["ok"] and all(others)
PYTHON
