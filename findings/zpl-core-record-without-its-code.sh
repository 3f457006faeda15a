#!/bin/sh
# zpl-core 0.1.0 (2026): the label of an American record has no UPC-A, a UPC-E comes out as an Aztec code,
# and a Data Matrix is of a kind that readers gave up; the package finds no fault in any.
#
# In ZPL II ^BU is UPC-A, ^B9 UPC-E, and ^B0 and ^BO are both Aztec (Zebra, ZPL II Programming Guide, Bar
# Codes). zpl-core writes ^B9 for UPC-A and ^B0 for UPC-E. Of ^BX, whose quality is 0 (ECC 000) where it
# is not said, it leaves out 200 as if that were the printer's own: nobody can ask it for ECC 200, the one
# for new uses (ISO/IEC 16022). zplkit 0.3.2, which draws labels as printers do, and zxing-cpp 3.1.1 read
# EAN-13 well from the same package, and all three codes when the commands are right. Write records' codes
# as EAN-13 with a zero in front.
#
# Seen: ean13 9782070360024; upca ^B9 refused as UPC-E; upce ^B0 Aztec 01234565; datamatrix ^BXN,6
# unread; by hand EAN-13 0075678164125 (UPC-A), UPC-E 0012345000065, Data Matrix CB-2026.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet zpl-core==0.1.0 zplkit==0.3.2 zxing-cpp==3.1.1 pillow==9.5.0
"$folder/venv/bin/python" - <<'PYTHON'
import io

import zplkit
import zxingcpp
from PIL import Image
from zpl_core.builder import build_label
from zplkit.rendering import RenderError


def read(label: str) -> str:
    """Return what a reader finds on a label when it is printed."""
    try:
        drawn = zplkit.render(label, zplkit.Options(width=800, height=400)).labels[0]
    except RenderError as error:
        return f"refused: {str(error).split(': ')[1]}"
    picture = Image.open(io.BytesIO(drawn.png())).convert("L")
    return " ".join(f"{each.format} {each.text}" for each in zxingcpp.read_barcodes(picture))


def made(symbology: str, data: str, **more: int) -> tuple[str, str]:
    """Return the command that the package writes for a code, and what is read of it."""
    place = {"type": "barcode", "symbology": symbology, "data": data, "x_mm": 10, "y_mm": 10}
    size = {"width_mm": 100, "height_mm": 50, "barcode_defaults": {"module_width": 3, "bar_height": 80}}
    label, faults = build_label({**size, "fields": [{**place, **more}]})
    assert not faults
    return label.split("^FO80,80")[1].split("^FD")[0], read(label)


book = made("ean13", "978207036002")
record, short = made("upca", "07567816412"), made("upce", "01234565")
matrix = made("datamatrix", "CB-2026", module_size_dots=6, quality=200)
COMMANDS = ["^BU^FD07567816412", "^B9^FD123456", "^BXN,6,200^FDCB-2026"]
right = [read(f"^XA^BY3,3,80^FO80,80{command}^FS^XZ") for command in COMMANDS]
print(f"ean13 {book}; upca {record}; upce {short}; datamatrix {matrix}; by hand {right}.")
assert book == ("^BE", "EAN-13 9782070360024")
assert record[0] == "^B9" and record[1].startswith("refused: UPC-E requires 6 digits")
assert short == ("^B0", "Aztec 01234565")
assert matrix == ("^BXN,6", "")
assert right == ["EAN-13 0075678164125", "UPC-E 0012345000065", "Data Matrix CB-2026"]
PYTHON
