"""The geocoding service of the national address base (BAN), and of whoever runs one like it.

Its form is addok's: `/search?q=` gives a GeoJSON FeatureCollection whose properties are `label`,
`score` (0 to 1), `type` (housenumber, street, locality, municipality), `name`, `housenumber`,
`postcode`, `city`, `district`, `oldcity`, `id`; `/search/csv` takes a CSV as `multipart/form-data`
and gives it back with `latitude`, `longitude` and `result_…` columns, `result_status` among them
(ok, not-found, skipped, error).

Source: https://geoservices.ign.fr/documentation/services/services-geoplateforme/geocodage
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import isfinite
from secrets import token_hex
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.text import one_line
from comptoir.shops.likeness import Entry, town_of
from comptoir.shops.places import metres
from comptoir.shops.sources.service import Service
from comptoir.shops.whereabouts import check_whereabouts

LICENCE = "etalab-2.0"
A_SECOND = 10
"""A fifth of what the national service grants one address."""
ONE_BY_ONE = 10
"""So many addresses are asked singly; more go by the file."""
_PIECE_SECONDS = 120.0
_CANDIDATES = 5
_LEAST_SCORE = 0.6
_CLEAR_BY = 0.05
_STREETS_ALIKE = 0.88
_ONE_PLACE_M = 150
_NUMBER = re.compile(r"\d+")
_REPEATED = frozenset({"bis", "ter", "quater", "a", "b", "c", "d"})


class Doubt(TextChoices):
    """Why an answer is not taken."""

    NOT_FOUND = "not_found", _("no such address is known")
    ONLY_TOWN = "only_town", _("only the town is known")
    OTHER_POSTCODE = "other_postcode", _("another postcode")
    OTHER_TOWN = "other_town", _("another town")
    OTHER_STREET = "other_street", _("another street")
    OTHER_NUMBER = "other_number", _("not this number of the street")
    LOW_SCORE = "low_score", _("the service is not sure")
    FAR = "far", _("far from the town")
    SEVERAL = "several", _("there are several")


@dataclass(frozen=True, slots=True)
class Address:
    """An address to be found, and whose it is."""

    key: int
    street: str
    postcode: str
    city: str

    @property
    def text(self) -> str:
        """It as one text; that it was asked for is noted so."""
        return f"{self.street}, {self.postcode} {self.city}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the service has for an address; `score` from 0 to 1."""

    label: str
    kind: str
    score: float
    name: str
    number: str
    postcode: str
    towns: tuple[str, ...]
    ref: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The one candidate that is meant, or why none is (`doubt`) and which there are."""

    found: Candidate | None
    doubt: Doubt | None
    candidates: tuple[Candidate, ...]


def look_up(service: Service, address: Address) -> Answer:
    """Ask for one address, with what may be meant. Raises as `Service.ask`."""
    query: dict[str, str | int] = {
        "q": f"{address.street} {address.postcode} {address.city}",
        "postcode": address.postcode,
        "limit": _CANDIDATES,
        "autocomplete": 0,
    }
    return chosen(address, service.ask("/search", _features, query=query))


def look_up_many(service: Service, addresses: Sequence[Address]) -> dict[int, Answer]:
    """Ask for many addresses by one file; return the answers by key.

    Only what is sure is among them, and what is not known at all: of the rest the service told one
    candidate, and is asked singly. Raises as `Service.ask`.
    """
    boundary = token_hex(16)
    by_key = {address.key: address for address in addresses}
    rows = service.ask(
        "/search/csv",
        _rows,
        content=_form(boundary, addresses),
        content_type=f"multipart/form-data; boundary={boundary}",
        seconds=_PIECE_SECONDS,
    )
    found: dict[int, Answer] = {}
    for row in rows:
        if (key := int(row["key"])) not in by_key or row["result_status"] == "error":
            continue
        if row["result_status"] != "ok":
            found[key] = Answer(None, Doubt.NOT_FOUND, ())
            continue
        candidate = _candidate_of(row)
        answer = chosen(by_key[key], (candidate,))
        follower = float(row.get("result_score_next") or 0)
        if answer.found and follower < candidate.score - _CLEAR_BY:
            found[key] = answer
    return found


def chosen(address: Address, candidates: Sequence[Candidate]) -> Answer:
    """Return which candidate is the address: the only one about which there is no doubt, or the
    best of several at one place."""
    doubts = [doubt_about(address, each) for each in candidates]
    sure = [each for each, doubt in zip(candidates, doubts, strict=True) if doubt is None]
    if not sure:
        first = doubts[0] if doubts else Doubt.NOT_FOUND
        return Answer(None, first, tuple(candidates))
    best = max(sure, key=lambda each: each.score)
    apart = (
        metres(best.latitude, best.longitude, each.latitude, each.longitude) > _ONE_PLACE_M
        for each in sure
    )
    if any(apart):
        return Answer(None, Doubt.SEVERAL, tuple(candidates))
    return Answer(best, None, tuple(candidates))


def doubt_about(address: Address, candidate: Candidate) -> Doubt | None:
    """Return why a candidate may not be the address; None where it is."""
    if candidate.kind == "municipality":
        return Doubt.ONLY_TOWN
    if candidate.postcode != address.postcode:
        return Doubt.OTHER_POSTCODE
    town = town_of(address.city)
    if not any(_is_town(town, town_of(each)) for each in candidate.towns):
        return Doubt.OTHER_TOWN
    asked, told = _street(address.street), _street(candidate.name)
    if not (told <= asked or _alike(asked, told)):
        return Doubt.OTHER_STREET
    number, has = _NUMBER.search(address.street), _NUMBER.search(candidate.number)
    if number and (has is None or has[0] != number[0]):
        return Doubt.OTHER_NUMBER
    if candidate.score < _LEAST_SCORE:
        return Doubt.LOW_SCORE
    try:
        check_whereabouts(address.postcode, address.city, candidate.latitude, candidate.longitude)
    except Invalid:
        return Doubt.FAR
    return None


def _is_town(asked: str, told: str) -> bool:
    """Return whether two folded names are one town: `paris 11e` is in `paris`."""
    return asked == told or asked.startswith(f"{told} ") or told.startswith(f"{asked} ")


def _street(text: str) -> frozenset[str]:
    """Return the words of a street without its number."""
    words = Entry("", "", "", "", street=text).address.split()
    return frozenset(w for w in words if not (w in _REPEATED or any(map(str.isdigit, w))))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    ratio = SequenceMatcher(None, " ".join(sorted(one)), " ".join(sorted(other))).ratio()
    return ratio >= _STREETS_ALIKE


def _form(boundary: str, addresses: Iterable[Address]) -> bytes:
    """Return the addresses as a form with a file, and which of its columns are what."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["key", "street", "postcode", "city"])
    for each in addresses:
        writer.writerow([each.key, each.street, each.postcode, each.city])
    parts = [
        f'Content-Disposition: form-data; name="data"; filename="shops.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n{text.getvalue()}"
    ]
    fields = [("columns", "street"), ("columns", "city"), ("postcode", "postcode")]
    parts += [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields
    ]
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f"{body}--{boundary}--\r\n".encode()


def _rows(body: bytes) -> list[dict[str, str]]:
    """Return the rows of an answer. Raises `ValueError`, `LookupError`."""
    reader = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    rows = list(reader)
    if not {"key", "latitude", "longitude", "result_status"} <= set(reader.fieldnames or ()):
        raise ValueError("no such columns")
    for row in rows:
        int(row["key"] or "")
        if row["result_status"] == "ok":
            _candidate_of(row)
    return rows


def _candidate_of(row: Mapping[str, str]) -> Candidate:
    told = {
        name.removeprefix("result_"): value or ""
        for name, value in row.items()
        if name and name.startswith("result_")
    }
    return _candidate(told, float(row["longitude"]), float(row["latitude"]))


def _features(body: bytes) -> tuple[Candidate, ...]:
    """Return what a FeatureCollection has. Raises `ValueError`, `LookupError`."""
    return tuple(_read_features(json.loads(body)))


def _read_features(data: Any) -> Iterator[Candidate]:  # noqa: ANN401
    if not isinstance(data, dict) or not isinstance(data["features"], list):
        raise ValueError("no FeatureCollection")
    for feature in data["features"]:
        try:
            longitude, latitude = feature["geometry"]["coordinates"][:2]
            yield _candidate(feature["properties"], float(longitude), float(latitude))
        except (TypeError, AttributeError) as error:
            raise ValueError("no feature") from error


def _candidate(told: Mapping[str, Any], longitude: float, latitude: float) -> Candidate:
    if not (isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError("no point")
    towns = (str(told.get(name) or "") for name in ("city", "district", "oldcity"))
    return Candidate(
        label=one_line(str(told.get("label") or ""))[:160],
        kind=str(told.get("type") or ""),
        score=float(told.get("score") or 0),
        name=str(told.get("name") or told.get("street") or ""),
        number=str(told.get("housenumber") or ""),
        postcode=str(told.get("postcode") or ""),
        towns=tuple(filter(None, towns)),
        ref=str(told.get("id") or "")[:40],
        latitude=latitude,
        longitude=longitude,
    )
