#!/bin/sh
# Four makers of the code that fills in a bank transfer (EPC069-12), with a shop named Librairie
# L'Étoile: one begins with a sign that no reader expects, one adds the bank and the amount of its own
# example, one puts the text into the line of the reference, one refuses the apostrophe.
#
# The first line must be BCD; @dipser/epc-qr-code.js 1.0.3 (npm) puts U+FEFF before it as soon as any
# letter has an accent, says ISO 8859-1 and writes UTF-8. BIC and amount may be left out in version 002,
# so that people give to an association what they like; iban-qr-code 1.0.0 (npm) then asks for 19.05
# euros at DEZZZYYYXXX. sepa-qr 0.0.2 (npm) has no line for the creditor reference, so that "Commande 7"
# becomes one. py-epc-qr 0.1.3 knows letters, digits and blanks only, and refuses every code that has a
# creditor reference.
#
# Seen: dipser: FEFF BCD, 2 in UTF-8; iban-qr-code: DEZZZYYYXXX EUR19.05 Testsubject; sepa-qr:
# reference Commande 7, text Merci; py-epc-qr: L'Étoile refused, Étoile accepted, a reference refused.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet py-epc-qr==0.1.3 zxing-cpp==3.1.1 pillow==9.5.0
npm install --silent --no-audit --no-fund --prefix "$folder" @dipser/epc-qr-code.js@1.0.3 \
    iban-qr-code@1.0.0 sepa-qr@0.0.2
cat > "$folder/draw.mjs" <<'JS'
import { createWriteStream, writeFileSync } from "node:fs";

const print = console.log;
console.log = () => {};
const { girocode: drawn } = await import("@dipser/epc-qr-code.js");
const { girocode: written } = await import("iban-qr-code");
const { default: sepaQr } = await import("sepa-qr");
const payee = { name: "Librairie L'Étoile", iban: "FR7630004000031234567890143" };
const asked = { bic: "BNPAFRPP", version: "002", amount: "8.40", reason: "Commande 7" };
writeFileSync("code.svg", drawn({ ...payee, ...asked }).svg());
const order = { amount: 8.4, remittance: "Commande 7", information: "Merci" };
sepaQr({ ...payee, ...order, type: "png" }).pipe(createWriteStream("code.png"));
print(JSON.stringify(written({ ...payee, version: "002" })));
JS
(cd "$folder" && node draw.mjs > gift.json)
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import re
import sys
from pathlib import Path

import zxingcpp
from PIL import Image
from py_epc_qr.transaction import consumer_epc_qr, epc_qr

FOLDER, IBAN = Path(sys.argv[1]), "FR7630004000031234567890143"


def picture(svg: str) -> Image.Image:
    """Return the picture of a code whose dark modules are squares."""
    dark = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"[^>]+fill:#000000', svg)
    cells = [(round(float(x) / float(side)), round(float(y) / float(side))) for x, y, side in dark]
    small = Image.new("L", (max(map(max, cells)) + 9,) * 2, 255)
    for x, y in cells:
        small.putpixel((x + 4, y + 4), 0)
    return small.resize((small.width * 4, small.height * 4), Image.Resampling.NEAREST)


def accepted(name: str, reference: str) -> str:
    """Return whether py-epc-qr makes this code."""
    try:
        if reference:
            epc_qr("002", 1, "", name, IBAN, 8.4, "", reference, "", "")
        else:
            consumer_epc_qr(name, IBAN, 8.4, "Commande 7")
    except ValueError:
        return "refused"
    return "accepted"


code = zxingcpp.read_barcode(picture((FOLDER / "code.svg").read_text(encoding="utf-8")))
first, _, charset, *_ = code.text.split("\n")
utf8 = "Étoile".encode() in code.bytes
gift = json.loads((FOLDER / "gift.json").read_text(encoding="utf-8")).split("\n")
shifted = zxingcpp.read_barcode(Image.open(FOLDER / "code.png").convert("L")).text.split("\n")
strict = [
    accepted("Librairie L'Étoile", ""),
    accepted("Librairie Étoile", ""),
    accepted("Librairie Étoile", "RF18539007547034"),
]
print(
    f"dipser: {ord(first[0]):X} {first[1:]}, {charset} {'in UTF-8' if utf8 else ''};"
    f" iban-qr-code: {gift[4]} {gift[7]} {gift[10]};"
    f" sepa-qr: reference {shifted[9]}, text {shifted[10]};"
    f" py-epc-qr: L'Étoile {strict[0]}, Étoile {strict[1]}, a reference {strict[2]}."
)
assert first == "\ufeffBCD" and charset == "2" and utf8
assert (gift[1], gift[4], gift[7], gift[10]) == ("002", "DEZZZYYYXXX", "EUR19.05", "Testsubject")
assert shifted[9:] == ["Commande 7", "Merci"]
assert strict == ["refused", "accepted", "refused"]
PYTHON
