#!/bin/sh
# vatverify-rates 0.1.0 (2026): calls valid VAT numbers wrong, those of Dutch people who work on their
# own, Belgian ones that begin with 1 and Irish ones with two letters, for it keeps older rules.
#
# A shop asks an illustrator or a small publisher abroad for the number before an invoice without VAT.
# Since 2020 a Dutch number of one person has its key over the whole number (modulo 97) and not over the
# first nine digits; Belgian numbers may begin with 1; the second Irish letter counts in the key.
# eu-vat-rates-data 2026.9.29, company-id-validators 0.1.0, both of the same year, and python-stdnum 2.2
# accept all.
#
# Seen: NL000099998B57, NL123456789B13, IE6433435OA, IE3628739UA invalid checksum, BE1000000021 invalid
# format; BE0403019261, IE6433435F good; the three others: all good.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet vatverify-rates==0.1.0 eu-vat-rates-data==2026.9.29 \
    company-id-validators==0.1.0 python-stdnum==2.2
"$folder/venv/bin/python" - <<'PYTHON'
from company_id_validators import validate_eu_vat
from eu_vat_rates_data import validate_format
from stdnum.eu import vat
from vatverify_rates import validate

NEW = ["NL000099998B57", "NL123456789B13", "IE6433435OA", "IE3628739UA", "BE1000000021"]
OLD = ["BE0403019261", "IE6433435F"]
told = {number: " ".join(validate(number).errors) or "good" for number in NEW + OLD}
others = [
    validate_format(number) and validate_eu_vat(number)["ok"] and vat.is_valid(number)
    for number in NEW + OLD
]
print("; ".join(f"{number} {answer}" for number, answer in told.items()), end="; ")
print(f"the three others: {'all good' if all(others) else others}.")
assert [told[number] for number in NEW] == ["invalid checksum"] * 4 + ["invalid format"]
assert [told[number] for number in OLD] == ["good", "good"]
assert all(others)
PYTHON
