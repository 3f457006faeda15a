#!/bin/sh
# fastfeedparser 0.6.5 and feedparser-rs 0.7.1 (2026), made to stand in for feedparser: titles with
# italics or with < are lost or cut, and an entry opens another site's page.
#
# An Atom title is text, HTML or XHTML, and text where it does not say (RFC 4287, 3.1). fastfeedparser
# has no title for XHTML, in which a book's title inside a title is set in italics; feedparser-rs cuts
# text that does not say so as if it were HTML, and leaves the rest escaped. The page of an entry is the
# link that is an alternate (4.2.7.2); fastfeedparser takes the first one, related or not, and does not
# complete addresses that are relative to xml:base (2). feedparser 6.0.14 reads the same entries well.
#
# Seen, of feedparser, fastfeedparser and feedparser-rs: text 'Trio <live> & co' 'Trio <live> & co' 'Trio
# &amp; co'; XHTML 'Lire <i>Nana</i>' '' 'Lire <i>Nana</i>'; opens the page, https://publisher.example/,
# the page; relative: the page, 1, the page.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet feedparser==6.0.14 fastfeedparser==0.6.5 feedparser-rs==0.7.1
"$folder/venv/bin/python" - <<'PYTHON'
import fastfeedparser
import feedparser
import feedparser_rs

READERS = (feedparser, fastfeedparser, feedparser_rs)
XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">Lire <i>Nana</i></div>'
OTHER = '<link rel="related" href="https://publisher.example/"/>'


def read(kind: str, title: str, links: str = "") -> tuple[list[str], list[str]]:
    """Return the title and the address of an entry's page, as each reader has them."""
    head = "<id>tag:shop.example,2026:a</id><updated>2026-11-29T10:00:00Z</updated>"
    feed = (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"'
        f' xml:base="https://shop.example/news/"><title>News</title>{head}'
        "<author><name>A shop</name></author>"
        f'<entry>{head}<title{kind}>{title}</title>{links}<link href="1"/></entry></feed>'
    )
    entries = [reader.parse(feed).entries[0] for reader in READERS]
    return [" ".join(entry.title.split()) for entry in entries], [entry.link for entry in entries]


text, relative = read("", "Trio &lt;live&gt; &amp; co")
xhtml, opened = read(' type="xhtml"', XHTML, OTHER)
print(f"text {text}; XHTML {xhtml}; opens {opened}; relative {relative}.")
PAGE = "https://shop.example/news/1"
assert text == ["Trio <live> & co", "Trio <live> & co", "Trio &amp; co"]
assert xhtml == ["Lire <i>Nana</i>", "", "Lire <i>Nana</i>"]
assert opened == [PAGE, "https://publisher.example/", PAGE]
assert relative == [PAGE, "1", PAGE]
PYTHON
