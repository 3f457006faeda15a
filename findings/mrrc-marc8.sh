#!/bin/sh
# mrrc 0.9.2 (2026): a MARC 21 record in MARC-8, the character set that a blank in leader position 9
# says, loses each accent for good: every one becomes U+FFFD, and nothing is raised.
#
# MARC 21 (Leader/09; Character Sets and Encoding Options) has two sets, MARC-8 and UTF-8, and old
# catalogues come in the first. mrrc's reference promises that it tells them by position 9 and
# converts. pymarc 5.4.0 does so; mrrc, made to stand in for it, takes the bytes for broken UTF-8.
# Written back, the marks are UTF-8 in a record that still says MARC-8, so the title is wrong in the
# file as well.
#
# Seen: pymarc L'Étranger; mrrc L'\ufffdEtranger; written with leader/09 blank True and the mark True.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet mrrc==0.9.2 pymarc==5.4.0
"$folder/venv/bin/python" - <<'PYTHON'
import io

import mrrc
import pymarc

field = b"12\x1faL'\xe2Etranger\x1e"
directory = b"245%04d00000\x1e" % len(field)
start = 24 + len(directory)
record = (
    b"%05dnam  22%05d a 4500" % (start + len(field) + 1, start) + directory + field + b"\x1d"
)
read = next(iter(pymarc.MARCReader(record)))["245"]["a"]
other = next(iter(mrrc.MARCReader(io.BytesIO(record))))
seen = other["245"]["a"]
target = io.BytesIO()
writer = mrrc.MARCWriter(target)
writer.write(other)
written = target.getvalue()
blank, mark = written[9:10] == b" ", b"L'\xef\xbf\xbdEtranger" in written
print(f"pymarc {read}; mrrc {ascii(seen)[1:-1]}; written with leader/09 blank {blank} and the mark {mark}.")
assert read == "L'\u00c9tranger"
assert seen == "L'\ufffdEtranger"
assert (blank, mark) == (True, True)
PYTHON
