"""What a program understands of a page's JSON-LD: a second reader of it, which knows nothing of
Comptoir's own hours."""

import json
import re
import warnings
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.tz import enfold, resolve_imaginary
from rdflib import RDF, Graph
from rdflib.namespace import SDO
from rdflib.term import Node, URIRef

_SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_OF_HOURS = {RDF.type, SDO.opens, SDO.closes, SDO.dayOfWeek, SDO.validFrom, SDO.validThrough}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Span = tuple[time, time]


def graph_of(page: str) -> Graph:
    """Return the statements that a page's JSON-LD makes, read by rdflib. The context that it names
    is stood in for by the one word of it that counts here: asking for it would leave the house."""
    (script,) = _SCRIPT.findall(page)
    data = json.loads(script)
    assert data.pop("@context") == "https://schema.org"
    data["@context"] = {"@vocab": str(SDO)}
    with warnings.catch_warnings():
        # Its reader of JSON-LD uses a class of its own that it is about to leave.
        warnings.simplefilter("ignore", DeprecationWarning)
        return Graph().parse(data=json.dumps(data), format="json-ld")


def strange_terms(graph: Graph) -> set[str]:
    """Return the properties and types that schema.org does not have, as rdflib lists it."""
    named = {each for each in graph.predicates() if each != RDF.type}
    named |= set(graph.objects(None, RDF.type))
    return {str(term) for term in named if term not in SDO}


@dataclass
class Schedule:
    """The hours that JSON-LD tells: the spans of each weekday, and those of special days."""

    regular: dict[int, list[Span]] = field(default_factory=dict)
    special: list[tuple[date, date, Span]] = field(default_factory=list)

    @classmethod
    def of(cls, graph: Graph) -> "Schedule":
        """Read the hours of the one shop of a page; asserts that each value has its form."""
        found = cls()
        for one in graph.objects(None, SDO.openingHoursSpecification):
            _is_of_hours(graph, one)
            days = [str(each) for each in graph.objects(one, SDO.dayOfWeek)]
            assert days, "a span of the week names its days"
            assert all(URIRef(day) in SDO for day in days)
            for day in days:
                weekday = _WEEKDAYS.index(day.removeprefix(str(SDO)))
                found.regular.setdefault(weekday, []).append(_span(graph, one))
        for one in graph.objects(None, SDO.specialOpeningHoursSpecification):
            _is_of_hours(graph, one)
            first, last = (
                date.fromisoformat(str(graph.value(one, each, any=False)))
                for each in (SDO.validFrom, SDO.validThrough)
            )
            assert first <= last
            found.special.append((first, last, _span(graph, one)))
        return found

    def is_open(self, moment: datetime, zone: str) -> bool | None:
        """Return whether the shop is open at an aware moment, None where nothing says so."""
        there = ZoneInfo(zone)
        today = moment.astimezone(there).date()
        spans = [(day, self._on(day)) for day in (today - timedelta(days=1), today)]
        if not self.regular and not spans[1][1]:
            return None
        return any(
            opens <= moment.timestamp() < closes
            for day, of_day in spans
            for opens, closes in (_instants(day, span, there) for span in of_day)
        )

    def _on(self, day: date) -> list[Span]:
        special = [span for first, last, span in self.special if first <= day <= last]
        return special or self.regular.get(day.weekday(), [])


def _is_of_hours(graph: Graph, one: Node) -> None:
    assert set(graph.predicates(one)) <= _OF_HOURS
    assert graph.value(one, RDF.type, any=False) == SDO.OpeningHoursSpecification


def _span(graph: Graph, one: Node) -> Span:
    opens, closes = (str(graph.value(one, each, any=False)) for each in (SDO.opens, SDO.closes))
    assert re.fullmatch(r"\d\d:\d\d", opens)
    assert re.fullmatch(r"\d\d:\d\d", closes)
    return time.fromisoformat(opens), time.fromisoformat(closes)


@lru_cache(maxsize=4096)
def _instants(day: date, span: Span, zone: ZoneInfo) -> tuple[float, float]:
    """Return when a span of a day begins and ends, in seconds of UTC; of an hour that comes twice,
    a shop opens at the first and closes at the second."""
    opens, closes = span
    begins, ends = datetime.combine(day, opens, zone), datetime.combine(day, closes, zone)
    if closes == time(23, 59):
        ends = datetime.combine(day + timedelta(days=1), time(), zone)
    elif closes < opens or (closes == opens != time()):
        ends = datetime.combine(day + timedelta(days=1), closes, zone)
    return (
        resolve_imaginary(begins).timestamp(),
        enfold(resolve_imaginary(ends), 1).timestamp(),
    )
