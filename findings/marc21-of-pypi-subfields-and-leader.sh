#!/bin/sh
# marc21 0.5.2: of a subfield that stands twice in a field only the last value is left, as often as it
# stood there, and the record that it writes says a character set that it is not in.
#
# Most subfields of MARC 21 may be repeated in a field: $x of a subject heading, $t of a contents note, $b
# of a publisher. The package reads a record from MARCXML or from ISO 2709, keeps one object for each kind
# of subfield, and so "Roman, Histoire, Critique" is "Roman, Critique, Critique". It writes UTF-8, and a
# leader that has two lengths and blanks: position 9 blank is MARC-8 (MARC 21, Leader/09), so that pymarc
# 5.4.0 has a copyright sign in the title; positions 10, 11 and 20 to 23 must be 2, 2 and 4500, and
# 5 to 7, a book or a record of music, which it read, are gone. Nothing is raised.
#
# Seen: read 650 Roman Critique Critique, of ISO 2709 too; written leader ' ' for 000 nam, read back by
# pymarc L'©tranger.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet marc21==0.5.2 pymarc==5.4.0
"$folder/venv/bin/python" - <<'PYTHON'
import io

import pymarc
from marc21.marc21 import from_iso2709, from_marcxml, to_iso2709
from pymarc import Field, Indicators, Subfield

record = pymarc.Record(leader="00000nam a2200000 a 4500", force_utf8=True)
FIELDS = {"245": "aL'Étranger", "650": "aRoman xHistoire xCritique"}
for tag, parts in FIELDS.items():
    subfields = [Subfield(part[0], part[1:]) for part in parts.split(" ")]
    record.add_field(Field(tag, Indicators("1", "0"), subfields))
given = record["650"].subfields
xml = pymarc.record_to_xml(record, namespace=True).decode()
outer = '<collection xmlns="http://www.loc.gov/MARC21/slim">'
read = [from_iso2709(record.as_marc()), from_marcxml(f"{outer}{xml}</collection>")]
values = [" ".join(each.value for each in one._dfields[1].subfields) for one in read]
written = to_iso2709(read[0])
back = next(iter(pymarc.MARCReader(io.BytesIO(written))))
title, leader = back["245"]["a"], written[:24].decode()
print(f"of ISO 2709 {values[0]}, of MARCXML {values[1]}; leader {leader!r}; pymarc reads {title}.")
assert [each.value for each in given] == ["Roman", "Histoire", "Critique"]
assert values == ["Roman Critique Critique"] * 2
assert leader[5:12].strip() == leader[17:].strip() == ""
assert next(iter(pymarc.MARCReader(io.BytesIO(record.as_marc()))))["245"]["a"] == "L'Étranger"
assert title == "L'©tranger"
PYTHON
