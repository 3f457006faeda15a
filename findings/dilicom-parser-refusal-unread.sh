#!/bin/sh
# dilicom-parser 1.0.0 (2026): the network's notice that an order was refused is no refusal, as soon as
# its segments end as EDIFACT has them end.
#
# ISO 9735 ends a segment with an apostrophe, unless the service string UNA before the first segment says
# another sign; a line break after it is for the eye, and "?'" is an apostrophe of the text. The package
# ends segments at line breaks alone. With the apostrophes each last value keeps its own: the answer is
# "RE'" and not "RE", so the notice (APERAK) is neither read, nor treated, nor an error, and the reference
# of the order is "41'". All on one line, as most programs write it, there are no messages, and no
# complaint. With UNA the file is of no kind. "?'" is left as it is in all.
#
# Seen: by line breaks error True of 41; with apostrophes error False of 41', L?'EAN EST INCONNU'; on one
# line 0 messages; with UNA no kind.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet dilicom-parser==1.0.0 onixlib==0.1.4
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import logging
import sys
from pathlib import Path

from dilicom_parser.classifier import FilesClassifier

logging.disable(logging.CRITICAL)
SEGMENTS = [
    "UNB+UNOB:2+3025590000008:14+3025616805006:14+261128:0638+7",
    "UNH+1+APERAK:D:96A:UN:EAN003",
    "BGM+351::9+1+5+RE",
    "DTM+137:20261128:102",
    "RFF+ACE:41",
    "NAD+SU+3025590000008::9",
    "NAD+BY+3025616805006::9",
    "ERC+7:ZZZ",
    "FTX+AAI+++L?'EAN EST INCONNU",
    "UNT+9+1",
    "UNZ+1+7",
]


def read(text: str):
    """Return the kinds that the package sees in a file, and the messages of its only interchange."""
    path = Path(sys.argv[1]) / "notice.edi"
    path.write_text(text, encoding="ascii")
    files = FilesClassifier(file_list=[path], streaming_option=False).classify()
    kinds = files.count_by_type()
    return kinds, files.parse()["eancom"][0].messages if kinds else []


ended = "'\n".join(SEGMENTS) + "'\n"
(_, (broken,)), (_, (right,)) = read("\n".join(SEGMENTS) + "\n"), read(ended)
kinds, flat = read(ended.replace("\n", ""))
announced, _ = read("UNA:+.? '\n" + ended)
print(
    f"by line breaks error {broken.is_erreur} of {broken.reference_acquittee};"
    f" with apostrophes error {right.is_erreur} of {right.reference_acquittee},"
    f" {right.erreur.libelle_erreur}; on one line {len(flat)} messages; with UNA {announced or 'no kind'}."
)
assert broken.is_erreur and broken.reference_acquittee == "41"
assert not (right.is_erreur or right.is_ate or right.is_ale)
assert (right.type_acquittement, right.reference_acquittee) == ("RE'", "41'")
assert right.erreur.libelle_erreur == "L?'EAN EST INCONNU'"
assert kinds == {"eancom": 1} and flat == [] and announced == {}
PYTHON
