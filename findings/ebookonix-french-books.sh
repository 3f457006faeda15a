#!/bin/sh
# ebookonix 0.6: the ONIX of every French book is refused, and so for German, Dutch and Chinese; an
# author with an "&" makes it a file that is no XML.
#
# ONIX names languages by ISO 639-2/B, the bibliographic codes: fre, ger, dut, chi (code list 74).
# ebookonix writes fra, deu, nld, zho; onixcheck 0.9.12, with EDItEUR's schemas, has two faults in a
# French book and none in the same in English or Spanish, whose codes are one. A title's & is written
# &amp; (XML 1.0, 2.4), an author's is not, so "Goscinny & Uderzo" breaks the message for all its
# books.
#
# Seen: faults en 0, es 0, fr 2, de 2, nl 2, zh 2; & in the title 0; & in the author: not well-formed.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet ebookonix==0.6 langcodes==3.5.1 onixcheck==0.9.12 lxml==6.1.3
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import pathlib
import sys
from xml.etree import ElementTree

import onixcheck
from ebookonix import onix_message, onix_product

target = pathlib.Path(sys.argv[1], "book.xml")


def faults(language: str, title: str = "Un album", author: str = "Goscinny") -> int:
    """Return how many faults onixcheck has against the message of one book."""
    book = onix_product(
        "https://shop.example/book.epub",
        title,
        language,
        author=author,
        date=20261129,
        idCode="9782070360024",
        publisher="Une maison",
        copyright="Une maison",
    )
    text = onix_message([book], "Une maison", "A name", email="a@shop.example")
    target.write_text(text, "utf-8")
    ElementTree.fromstring(text.encode())
    return len(onixcheck.validate(str(target)))


counts = {language: faults(language) for language in ("en", "es", "fr", "de", "nl", "zh")}
assert "<LanguageCode>zho</LanguageCode>" in target.read_text("utf-8")
title = faults("en", title="You & me")
try:
    author = str(faults("en", author="Goscinny & Uderzo"))
except ElementTree.ParseError:
    author = "not well-formed"
print(
    "faults "
    + ", ".join(f"{language} {count}" for language, count in counts.items())
    + f"; & in the title {title}; & in the author: {author}."
)
assert counts == {"en": 0, "es": 0, "fr": 2, "de": 2, "nl": 2, "zh": 2}
assert (title, author) == (0, "not well-formed")
PYTHON
