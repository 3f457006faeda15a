"""The directory as open data: one list in three formats, and the page that explains it."""

import gzip
import json
import re
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from comptoir.core.limits import Limit, client_network, count_read
from comptoir.core.sheet import write_sheet
from comptoir.networks.portal import site_address, site_name
from comptoir.shops.memory import directory
from comptoir.shops.open_data import COLUMNS, LICENCE, Entry, entries
from comptoir.shops.sources.credits import CREDITS, Credit
from comptoir.shops.sources.models import Source
from comptoir.site.machines.addresses import plain_only

LIMIT = Limit("open-data", 30)
SECONDS = 3600
LICENCE_ADDRESS = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
OSM_LICENCE_ADDRESS = "https://opendatacommons.org/licenses/odbl/1-0/"
_KEY, _GZIP = "site.open_data", re.compile(r"\bgzip\b")
ABOUT = {
    "slug": _("The shop’s word in addresses; it may change, and the old one leads to the new"),
    "name": _("Its name"),
    "kind": _("books, records or both"),
    "street": _("Street and number"),
    "postcode": _("Postcode"),
    "city": _("Town"),
    "department": _("The code of its department: 86, 2A, 974"),
    "latitude": _("Degrees north, WGS 84"),
    "longitude": _("Degrees east, WGS 84"),
    "about": _("true: the point is that of its town, nobody gave its own"),
    "phone": _("Telephone, as a tel: address"),
    "website": _("Its own site"),
    "opening_hours": _("In OpenStreetMap’s notation; empty: not known"),
    "time_zone": _("On whose clock these hours are"),
    "wheelchair": _("yes, limited or no; empty: nobody said"),
    "services": _("Codes of what it offers: click_collect, mail_order…"),
    "specialities": _("Codes of what it is known for: comics, jazz…"),
    "networks": _("The words of the associations it belongs to"),
    "licence": _("The licence of this entry: etalab-2.0, or ODbL-1.0 where map data stand in it"),
    "sources": _("Whom to name besides: osm, ban, sirene"),
}
"""What each column holds."""


class _File(NamedTuple):
    """A file as it is answered: packed, for most ask for it so, and its tag."""

    packed: bytes
    tag: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Say what is given away, under which licence, where, and what stands in each column."""
    given = entries(directory())
    names = {source for entry in given for source in entry.sources}
    context = {
        **plain_only(request),
        "count": len(given),
        "columns": [(name, ABOUT[name]) for name in COLUMNS],
        "credits": [credit for source, credit in CREDITS.items() if source in names],
        "licence": LICENCE_ADDRESS,
        "osm_licence": OSM_LICENCE_ADDRESS,
        "site": site_address(),
    }
    return render(request, "site/open_data.html", context)


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """Answer the list as a table that spreadsheets open: `;` between cells, lists apart by spaces,
    no cell a formula (`core.sheet`)."""
    response = _answer(request, "csv", _csv, "text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="boutiques.csv"'
    return response


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """Answer the list as JSON, beside its licence and whom to name."""
    return _answer(request, "json", _json, "application/json")


@require_safe
def as_geojson(request: HttpRequest) -> HttpResponse:
    """Answer the list as a FeatureCollection (RFC 7946): the columns are its properties."""
    return _answer(request, "geojson", _geojson, "application/geo+json")


def _answer(
    request: HttpRequest, name: str, write: Callable[[list[Entry]], bytes], kind: str
) -> HttpResponse:
    """Answer a file made once for each version of the directory. Limited (`LIMIT`)."""
    count_read(LIMIT, client_network(request).address)
    kept = directory()
    file = kept.made((_KEY, name), lambda: _packed(write, entries(kept)))
    packed = bool(_GZIP.search(request.headers.get("Accept-Encoding", "")))
    response = HttpResponse(file.packed if packed else gzip.decompress(file.packed), kind)
    if packed:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    about = site_address() + reverse("site:open_data")
    response["Link"] = f'<{LICENCE_ADDRESS}>; rel="license", <{about}>; rel="describedby"'
    response["ETag"] = file.tag
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return get_conditional_response(request, etag=file.tag, response=response) or response


def _packed(write: Callable[[list[Entry]], bytes], given: list[Entry]) -> _File:
    # In the installation's language, whoever is the first to ask.
    with translation.override(settings.LANGUAGE_CODE):
        body = write(given)
    tag = f'W/"{sha256(body).hexdigest()[:20]}"'
    return _File(gzip.compress(body, 9, mtime=0), tag)


def _csv(given: list[Entry]) -> bytes:
    file = BytesIO()
    write_sheet(file, [COLUMNS, *([_cell(value) for value in x.facts.values()] for x in given)])
    return file.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # A number: what stands before a text so that it is no formula has no place here.
        return Decimal(str(value))
    return " ".join(value) if isinstance(value, list) else value


def _json(given: list[Entry]) -> bytes:
    return _lines({**_head(given), "count": len(given)}, "shops", [each.facts for each in given])


def _geojson(given: list[Entry]) -> bytes:
    head = {"type": "FeatureCollection", **_head(given)}
    return _lines(head, "features", [_feature(each) for each in given])


def _feature(entry: Entry) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [entry.longitude, entry.latitude]}
    return {"type": "Feature", "id": entry.slug, "geometry": point, "properties": entry.facts}


def _head(given: list[Entry]) -> dict[str, Any]:
    """Return what is said of the list: whose it is, its licence, whom to name for some entries."""
    names = {Source(source) for entry in given for source in entry.sources}
    return {
        "publisher": site_name(),
        "about": site_address() + reverse("site:open_data"),
        "licence": LICENCE,
        "licence_url": LICENCE_ADDRESS,
        "attributions": [_credit(credit) for source, credit in CREDITS.items() if source in names],
    }


def _credit(credit: Credit) -> dict[str, str]:
    return {
        "source": credit.source.value,
        "name": str(credit.name),
        "url": credit.address,
        "licence": credit.licence,
    }


def _lines(head: dict[str, Any], name: str, rows: list[dict[str, Any]]) -> bytes:
    """Return a JSON object whose last member is a list, a row a line: two versions compare well."""
    first = json.dumps(head, ensure_ascii=False)[:-1]
    body = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f'{first}, "{name}": [\n{body}\n]}}\n'.encode()
