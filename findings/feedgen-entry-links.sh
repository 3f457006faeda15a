#!/bin/sh
# feedgen 1.0.0: in an Atom feed every link of an entry loses its rel, type, language, title and
# length; a cover given as an enclosure becomes a second page of the book.
#
# `entry.link(rel=…)` and `entry.enclosure(…)` keep the values, and the RSS written from the same
# entry has them; the Atom has only the address. A link without rel is an alternate (RFC 4287,
# 4.2.7.2), so a reader that takes the last one, as feedparser 6.0.14 does, opens the picture and not
# the page, and a podcast of a reading has no sound. The links of the feed itself keep all. Its makers
# have known since 2024 (their issue 135); no release has mended it.
#
# Seen: given enclosure image/jpeg 1234; Atom: None None None; feedparser opens cover.jpg.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet feedgen==1.0.0 lxml==6.1.3 feedparser==6.0.14
"$folder/venv/bin/python" - <<'PYTHON'
import feedparser
from feedgen.feed import FeedGenerator
from lxml import etree

feed = FeedGenerator()
feed.id("https://shop.example/new")
feed.title("New books")
feed.description("What came in")
feed.link(href="https://shop.example/new.atom", rel="self")
entry = feed.add_entry()
entry.id("https://shop.example/books/1")
entry.title("A book")
entry.link(href="https://shop.example/books/1", rel="alternate", hreflang="fr")
entry.enclosure("https://shop.example/cover.jpg", 1234, "image/jpeg")
given = entry.link()[-1]
rss = etree.fromstring(feed.rss_str()).find(".//enclosure")
assert dict(rss.attrib) == {
    "url": "https://shop.example/cover.jpg",
    "length": "1234",
    "type": "image/jpeg",
}
atom = feed.atom_str()
written = etree.fromstring(atom).findall(".//{*}entry/{*}link")[-1]
opened = feedparser.parse(atom).entries[0].link.rsplit("/", 1)[1]
values = [written.get(name) for name in ("rel", "type", "length")]
print(
    f"given {given['rel']} {given['type']} {given['length']};"
    f" Atom: {' '.join(map(str, values))}; feedparser opens {opened}."
)
assert (given["rel"], given["type"], given["length"]) == ("enclosure", "image/jpeg", "1234")
assert values == [None, None, None]
assert opened == "cover.jpg"
PYTHON
