#!/bin/sh
# atoma 0.0.17: one entry whose content is a recording, a picture or a calendar file, or whose title is
# set in XHTML, and the whole Atom feed cannot be read.
#
# Besides text, HTML and XHTML, content may be of any media type, in place or at an address (RFC 4287,
# 4.1.3), which is how a shop sends the sound of a reading or the .ics of an evening; a title may be
# XHTML (4.2.14). atoma takes content's type for one of the three and raises a ValueError that is none
# of its own FeedParseError, and of an XHTML title it finds nothing: None, where its type says a title.
# feedparser 6.0.14 reads all entries. Catch ValueError beside FeedParseError, or lose the shop's news.
#
# Seen: text: 2 entries; audio/mpeg: ValueError, text/calendar: ValueError; XHTML title: None;
# feedparser 2 2 2 2.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet atoma==0.0.17 feedparser==6.0.14
"$folder/venv/bin/python" - <<'PYTHON'
import atoma
import feedparser

HEAD = "<id>tag:shop.example,2026:{}</id><updated>2026-11-29T10:00:00Z</updated>"
PLAIN = "<title>A reading</title>"


def read(rest: str) -> tuple[str, int]:
    """Return what atoma makes of a feed of two entries, one with the rest, and feedparser's count."""
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><author><name>A shop</name></author>'
        f"<title>News</title>{HEAD.format(0)}<entry>{HEAD.format(1)}{PLAIN}<content>x</content></entry>"
        f'<entry>{HEAD.format(2)}<link href="https://shop.example/2"/>{rest}</entry></feed>'
    )
    count = len(feedparser.parse(feed).entries)
    try:
        entries = atoma.parse_atom_bytes(feed.encode()).entries
    except atoma.FeedParseError:
        return "FeedParseError", count
    except ValueError:
        return "ValueError", count
    return str(entries[1].title and len(entries)), count


sound = '<summary>Heard</summary><content type="audio/mpeg" src="https://shop.example/2.mp3"/>'
evening = '<content type="text/calendar">BEGIN:VCALENDAR</content>'
italics = '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Lire <i>Nana</i></div></title>'
seen = [read(rest) for rest in (PLAIN, PLAIN + sound, PLAIN + evening, italics)]
print(seen)
assert [atoms for atoms, _ in seen] == ["2", "ValueError", "ValueError", "None"]
assert [count for _, count in seen] == [2, 2, 2, 2]
PYTHON
