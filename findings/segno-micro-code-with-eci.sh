#!/bin/sh
# segno 1.6.6: a short text with an accent, asked for with its character set marked (`eci=True`), makes
# a code that is read as Chinese letters, for it is drawn as a Micro QR code.
#
# The mark that says "this is UTF-8" is called ECI, and a Micro QR code has no place for it (ISO/IEC
# 18004: ECI is not among the modes of the versions M1 to M4). segno draws the smallest code that holds
# the text, so the name of a shelf becomes a Micro QR code with the mark all the same, and nothing is
# raised. With micro=False, or without the mark, the same text is read well by zxing-cpp 3.1.1; a longer
# text is no Micro code, so a test with a web address finds nothing.
#
# Seen: M4-M with the mark: Chinese letters True; without: Rayon été; 1-M with the mark: Rayon été.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet segno==1.6.6 zxing-cpp==3.1.1 pillow==13.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import io

import segno
import zxingcpp
from PIL import Image


def read(text: str, **options: bool) -> tuple[str, str]:
    """Return the kind of code that segno draws and what is read from it."""
    code, picture = segno.make(text, encoding="utf-8", **options), io.BytesIO()
    code.save(picture, kind="png", scale=4)
    return code.designator, zxingcpp.read_barcode(Image.open(picture)).text


marked, plain = read("Rayon été", eci=True), read("Rayon été")
whole = read("Rayon été", eci=True, micro=False)
chinese = any("\u4e00" <= letter <= "\u9fff" for letter in marked[1])
print(
    f"{marked[0]} with the mark: Chinese letters {chinese}; without: {plain[1]};"
    f" {whole[0]} with the mark: {whole[1]}."
)
assert marked[0] == plain[0] == "M4-M"
assert chinese
assert plain[1] == whole[1] == "Rayon été"
PYTHON
