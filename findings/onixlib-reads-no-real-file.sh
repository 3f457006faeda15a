#!/bin/sh
# onixlib 0.1.4 (2026): reads no book out of any real ONIX 3.0 file, without a word, for it expects a
# namespace that no publisher writes; a file with the standard one is "empty".
#
# EDItEUR's namespace for reference tags is http://ns.editeur.org/onix/3.0/reference (ONIX for Books
# Implementation and Best Practice Guide, and the target namespace of its schemas). onixlib has
# www.editeur.org in its place. `parse()` yields nothing and raises nothing, so a nightly import of a
# distributor's file ends well with no book; what it writes carries the wrong namespace too, and
# onixcheck 0.9.12, which has EDItEUR's schemas, does not know it as ONIX.
#
# Seen: onixcheck: faults 0; onixlib: books 0; the same file with www for ns: books 1, onixcheck 1.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onixlib==0.1.4 onixcheck==0.9.12 lxml==6.1.3
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import pathlib
import sys

import onixcheck
import onixlib

BOOK = """<?xml version="1.0" encoding="UTF-8"?>
<ONIXMessage release="3.0" xmlns="http://ns.editeur.org/onix/3.0/reference">
<Header><Sender><SenderName>Une maison</SenderName></Sender>
<SentDateTime>20261129</SentDateTime></Header>
<Product>
<RecordReference>maison.example.1</RecordReference><NotificationType>03</NotificationType>
<ProductIdentifier><ProductIDType>03</ProductIDType><IDValue>9782070360024</IDValue></ProductIdentifier>
<DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>
<TitleText>Un titre</TitleText></TitleElement></TitleDetail></DescriptiveDetail>
</Product></ONIXMessage>
"""
folder = pathlib.Path(sys.argv[1])
real, other = folder / "real.xml", folder / "other.xml"
real.write_text(BOOK, "utf-8")
other.write_text(BOOK.replace("//ns.editeur.org", "//www.editeur.org"), "utf-8")
faults, books = len(onixcheck.validate(str(real))), len(list(onixlib.parse(real)))
other_faults, other_books = len(onixcheck.validate(str(other))), len(list(onixlib.parse(other)))
print(
    f"onixcheck: faults {faults}; onixlib: books {books};"
    f" the same file with www for ns: books {other_books}, onixcheck {other_faults}."
)
assert (faults, books) == (0, 0)
assert (other_faults, other_books) == (1, 1)
PYTHON
