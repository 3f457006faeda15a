#!/bin/sh
# microformats-parser 2.0.6 (npm): an event in the classic pattern of microformats, the day and the
# hour for machines in the title of an abbreviation, is on "SAMEDI 19 H".
#
# Where a date is made of parts with the class "value", an abbr gives its title (microformats: value
# class pattern). microformats-parser takes the shown words, sets them in capitals and joins them; the
# end is "21 H", nothing is raised, and an agenda that collects the pages of its shops drops the evening
# or cannot sort it. With `time` and `datetime` for the parts the same page is read well, and mf2py 2.0.2
# and mf2dom 0.2.1 (2026) read both.
#
# Seen: abbr: microformats-parser SAMEDI 19 H to 21 H, mf2py and mf2dom 2026-12-05 19:00 to 2026-12-05
# 21:00; time: all three 2026-12-05 19:00 to 2026-12-05 21:00.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet mf2py==2.0.2 mf2dom==0.2.1
npm install --silent --no-audit --no-fund --prefix "$folder" microformats-parser@2.0.6
cat > "$folder/read.cjs" <<'JS'
const { mf2 } = require("microformats-parser");
const pages = JSON.parse(require("fs").readFileSync(0, "utf8"));
const read = (page) => mf2(page, { baseUrl: "https://shop.example/" }).items[0].properties;
console.log(JSON.stringify(pages.map(read).map(({ start, end }) => `${start} to ${end}`)));
JS
cat > "$folder/read.py" <<'PYTHON'
import json
import subprocess
import sys

import mf2dom
import mf2py


def page(tag: str, attribute: str) -> str:
    """Return a page with an evening whose parts are in this tag, the value in this attribute."""

    def part(value: str, shown: str) -> str:
        """Return one part of a date."""
        return f'<{tag} class="value" {attribute}="{value}">{shown}</{tag}>'

    return (
        '<div class="h-event"><h2 class="p-name">Lecture</h2><p class="dt-start">'
        f"{part('2026-12-05', 'samedi')} à {part('19:00', '19 h')}</p>"
        f'<p class="dt-end">{part("21:00", "21 h")}</p></div>'
    )


def read(items: list[dict]) -> str:
    """Return when the event is."""
    properties = items[0]["properties"]
    return f"{properties['start'][0]} to {properties['end'][0]}"


pages = [page("abbr", "title"), page("time", "datetime")]
done = subprocess.run(
    ["node", sys.argv[1]], input=json.dumps(pages), capture_output=True, check=True, text=True
)
npm = json.loads(done.stdout)
second = [read(mf2py.parse(doc=each)["items"]) for each in pages]
third = [read(mf2dom.parse(each, url="https://shop.example/")["items"]) for each in pages]
print(f"abbr: microformats-parser {npm[0]}, mf2py {second[0]}, mf2dom {third[0]};")
print(f"time: microformats-parser {npm[1]}, mf2py {second[1]}, mf2dom {third[1]}.")
assert npm[0] == "SAMEDI 19 H to 21 H"
assert {npm[1], *second, *third} == {"2026-12-05 19:00 to 2026-12-05 21:00"}
PYTHON
"$folder/venv/bin/python" "$folder/read.py" "$folder/read.cjs"
