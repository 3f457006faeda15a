#!/bin/sh
# extruct 0.18.0: an event in RDFa is on "samedi", the word that people see, and not on the date that
# stands beside it for machines; JSON-LD that names its profile is not there at all.
#
# In HTML the value of <time> is its datetime (HTML+RDFa 1.1, 3.1). pyRdfa3 3.6.5, on which extruct is
# built, gives 2026-12-05T19:00 from the same page, but extruct does not tell it that the page is HTML.
# The type of a script may carry a profile, application/ld+json;profile=… (JSON-LD 1.1, 7), in any case
# of letters (RFC 2045, 5.1); extruct looks for one spelling of the type. In microdata it has the date.
# Nothing is raised: who gathers the evenings of publishers and libraries files them without a day.
#
# Seen: RDFa samedi; pyRdfa3 2026-12-05T19:00:00+01:00; microdata 2026-12-05T19:00+01:00; JSON-LD plain
# 1, with a profile 0, in capitals 0.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet extruct==0.18.0 pyRdfa3==3.6.5 rdflib==7.6.0
"$folder/venv/bin/python" - "$folder/page.html" <<'PYTHON'
import pathlib
import sys

import extruct
from pyRdfa import pyRdfa
from rdflib import URIRef

START = "https://schema.org/startDate"
TIME = 'datetime="2026-12-05T19:00+01:00">samedi</time>'


def page(body: str, head: str = "") -> str:
    """Return a web page."""
    return f"<!DOCTYPE html><html><head><title>x</title>{head}</head><body>{body}</body></html>"


def scripts(kind: str) -> int:
    """Return how many things extruct finds in a page with one script of JSON-LD of this type."""
    script = f'<script type="{kind}">{{"@type": "Event", "name": "A reading"}}</script>'
    return len(extruct.extract(page("", script), syntaxes=["json-ld"])["json-ld"])


event = page(f'<div vocab="https://schema.org/" typeof="Event"><time property="startDate" {TIME}</div>')
things = extruct.extract(event, base_url="https://shop.example/", syntaxes=["rdfa"])["rdfa"]
rdfa = next(thing[START][0]["@value"] for thing in things if START in thing)
pathlib.Path(sys.argv[1]).write_text(event, "utf-8")
graph = pyRdfa(media_type="text/html").graph_from_source(sys.argv[1])
beside = str(next(graph.objects(None, URIRef(START))))
item = page(f'<div itemscope itemtype="https://schema.org/Event"><time itemprop="startDate" {TIME}</div>')
micro = extruct.extract(item, syntaxes=["microdata"])["microdata"][0]["properties"]["startDate"]
plain = scripts("application/ld+json")
profile = scripts("application/ld+json;profile=http://www.w3.org/ns/json-ld#compacted")
capitals = scripts("Application/LD+JSON")
print(f"RDFa {rdfa}; pyRdfa3 {beside}; microdata {micro}; JSON-LD {plain}, {profile}, {capitals}.")
assert (rdfa, beside) == ("samedi", "2026-12-05T19:00:00+01:00")
assert micro == "2026-12-05T19:00+01:00"
assert (plain, profile, capitals) == (1, 0, 0)
PYTHON
