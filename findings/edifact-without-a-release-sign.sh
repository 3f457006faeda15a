#!/bin/sh
# Four readers of EDIFACT take a blank in the service string for the sign that protects the next one,
# and so remove each blank of the file: pydifact 0.2.3, mock-edi 0.9.0 (2026), edifact 1.2.12 and
# ts-edifact 0.0.14 (npm) read "LES FLEURS DU MAL" as "LESFLEURSDUMAL".
#
# UNA says six signs, the fourth of which protects a separator that stands in a text. In the syntax up to
# version 3 (ISO 9735:1988, UNA), which EANCOM 1997 and so the book trade's orders and answers have, a
# blank at this place says that there is no such sign. Only version 4 forbids it. A sender that has no
# apostrophe or plus in its texts may write so, and then titles, names and addresses stick together and
# the shop's search finds none. Nothing
# is raised. Before you hand a file over, look at the fourth sign of UNA, and if it is a blank put there
# one that the file does not have.
#
# Seen, with a blank: all four LESFLEURSDUMAL; with a sign that is not in the text: all four LES FLEURS
# DU MAL.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pydifact==0.2.3 mock-edi==0.9.0
npm install --silent --no-audit --no-fund --prefix "$folder" edifact@1.2.12 ts-edifact@0.0.14 \
    htmlparser2@12.0.0
cat > "$folder/write.py" <<'PYTHON'
import json

SEGMENTS = [
    "UNB+UNOC:3+3025590000008:14+3025616805006:14+261128:0638+7",
    "UNH+1+ORDERS:D:96A:UN:EAN008",
    "BGM+220+41+9",
    "DTM+137:20261128:102",
    "FTX+AAI+++LES FLEURS DU MAL",
    "LIN+1++9782070360024:EN",
    "UNS+S",
    "UNT+7+1",
    "UNZ+1+7",
]
print(json.dumps([f"UNA:+.{sign} '" + "".join(f"{each}'" for each in SEGMENTS) for sign in " !"]))
PYTHON
"$folder/venv/bin/python" "$folder/write.py" > "$folder/files.json"
cat > "$folder/read.cjs" <<'JS'
const print = console.log;
console.log = () => {};
const { Reader: First } = require("edifact");
const { Reader: Second } = require("ts-edifact");
const files = require("./files.json");
const text = (segments) => segments.find(({ name }) => name === "FTX").elements[3][0];
const told = (file) => [
  text(new First({ autoDetectEncoding: true }).parse(file)),
  text(new Second().parse(file)),
];
print(JSON.stringify(files.map(told)));
JS
(cd "$folder" && node read.cjs > texts.json)
"$folder/venv/bin/python" -W ignore - "$folder" <<'PYTHON'
import json
import sys
from pathlib import Path

from mockedi import edifact
from pydifact.segmentcollection import Interchange

FOLDER = Path(sys.argv[1])
files = json.loads((FOLDER / "files.json").read_text(encoding="utf-8"))
others = json.loads((FOLDER / "texts.json").read_text(encoding="utf-8"))


def texts(file: str) -> list[str]:
    """Return the text of the order as the two Python libraries read it."""
    (message,) = edifact.parse(file).groups[0].messages
    segments = (list(Interchange.from_str(file).segments), message.segments)
    return [next(each.elements[3] for each in read if each.tag == "FTX") for read in segments]


blank, sign = (texts(file) + other for file, other in zip(files, others, strict=True))
print(f"pydifact, mock-edi, edifact, ts-edifact: with a blank {blank}; with a sign {sign}.")
assert blank == ["LESFLEURSDUMAL"] * 4
assert sign == ["LES FLEURS DU MAL"] * 4
PYTHON
