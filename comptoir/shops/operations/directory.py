"""Which shop of the directory a row of a file is about, where the file is the only one to say."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, count, product
from typing import Any

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.core.sheet import written
from comptoir.shops.likeness import Entry, Sameness, are_alike, compare
from comptoir.shops.models import FormerSlug, Listing, Shop
from comptoir.shops.operations.slugs import slug_of
from comptoir.shops.sheet.mends import Row
from comptoir.shops.sources.models import Source
from comptoir.shops.table import COLUMNS

SAME_SHOP = "same_shop"
"""The code by which a row is refused of which it is doubtful whose it is."""

_TOLD = ("name", "kind", "postcode", "city", "street", "siret", "phone", "email")
_WHERE = ("latitude", "longitude")
_ON_A_MAP = ("website", "exact")
_LENT = ("postcode", "city")
_QUESTION = _(
    "Is this %(shops)s? Import again with --same %(line)d=%(first)s, or with --new %(line)d if it "
    "is another shop."
)


@dataclass(slots=True)
class Known:
    """A shop of the directory: its key (None: a trial would make it), what tells it from others, on
    which line of the file it is, and whether some line names it (2: by its SIRET or street too)."""

    key: int | None
    slug: str
    entry: Entry
    line: int = 0
    named: int = 0


@dataclass(frozen=True, slots=True)
class Answers:
    """What an operator answered about doubtful lines: `same` names a shop's slug, `new` says that
    it is a shop which the directory does not have."""

    same: Mapping[int, str]
    new: frozenset[int]


class Directory:
    """The shops as an import knows them: a few thousand at the most, read once, and those that come
    meanwhile (`catch_up`)."""

    def __init__(self) -> None:
        self._by_slug: dict[str, Known] = {}
        self._by_siret: dict[str, Known] = {}
        self._by_name: dict[tuple[str, str, str], list[Known]] = defaultdict(list)
        self._around: dict[str, list[Known]] = defaultdict(list)
        self._squares: dict[tuple[int, int], list[Known]] = defaultdict(list)
        self._by_ref: dict[str, tuple[Known, str]] = {}
        self._newest = 0
        self._former: set[str] = set()
        self.catch_up()
        listed = Listing.objects.filter(source=Source.OSM)
        for ref, slug, said in listed.values_list("ref", "shop__slug", "said"):
            self._by_ref[ref] = self._by_slug[slug], said.get("name", "")

    def catch_up(self) -> None:
        """Learn of the shops that somebody else has made since; another import, say."""
        self._former = set(FormerSlug.objects.values_list("slug", flat=True))
        newer = Shop.objects.filter(pk__gt=self._newest).order_by("pk")
        for row in newer.values("pk", "slug", *_TOLD, *_WHERE, "website", "placed_in_town"):
            self._newest = row["pk"]
            if row["slug"] not in self._by_slug:
                entry = replace(
                    entry_of(row), website=row["website"], exact=not row["placed_in_town"]
                )
                self._keep(Known(row["pk"], row["slug"], entry))

    def hear(self, rows: Iterable[Row]) -> None:
        """Learn which shops a file names outright, before any of its rows is taken.

        A shop that one row names is not what another row, of another name, may be about.
        """
        for cells in rows:
            entry = _named_in(cells)
            found, outright = self._exactly(entry) if entry else (None, False)
            if cells.ref in self._by_ref:
                found, outright = self._by_ref[cells.ref][0], True
            if found:
                found.named = max(found.named, 1 + outright)

    def find(
        self,
        fields: Mapping[str, Any],
        line: int = 0,
        answers: Answers | None = None,
        ref: str = "",
    ) -> Known:
        """Return the shop that a row is about; one without a slug where it is new.

        It is told by the object of OpenStreetMap (`ref`) that it was before, as long as that is not
        called quite otherwise by now; by its SIRET; by its name, town and postcode; or, where no
        row of the file names it so, by its address, its spot on the map and likeness.

        Raises `Invalid`: `same_shop` where that is doubtful, `duplicate` for a shop that an earlier
        line was about, `no_such_shop` and `other_siret` for a wrong answer.
        """
        entry = entry_of(fields)
        if ref:
            own = set(_WHERE) <= fields.keys()
            entry = replace(entry, website=fields.get("website") or "", exact=own)
        if answers and (line in answers.same or line in answers.new):
            found = self._answered(entry, answers.same.get(line))
        elif ref in self._by_ref:
            found = self._listed(entry, ref, line)
        else:
            found = self._exactly(entry)[0] or self._alike(entry, line)
        if found and found.line:
            raise Invalid(
                "duplicate",
                fill(_("This shop was already on line %(line)d."), line=found.line),
                line=found.line,
            )
        return found or Known(None, "", entry)

    def has_object(self, ref: str) -> bool:
        """Return whether an object of OpenStreetMap stands for a shop already."""
        return ref in self._by_ref

    def lent(self, row: Row) -> dict[str, str]:
        """Return postcode and town, as far as an object of OpenStreetMap lacks them, of the shop
        that it was before, that has its SIRET, or that has a like name at its spot.

        Raises `Invalid` (`no_town`) where nobody can tell: the nearest town is a guess.
        """
        lacking = [name for name in _LENT if not row.get(name)]
        if not lacking:
            return {}
        found = self._by_ref[row.ref][0] if row.ref in self._by_ref else None
        found = found or self._by_siret.get(_siret(row)) or self._at_spot(row)
        if found is None:
            told = _(
                "OpenStreetMap has no postcode and town for it, and no shop of the directory is "
                "called so there: write addr:postcode and addr:city into OpenStreetMap, or enter "
                "this shop in a file of your own."
            )
            raise Invalid("no_town", told, field="postcode" if "postcode" in lacking else "city")
        return {name: str(getattr(found.entry, name)) for name in lacking}

    def place(self, known: Known, fields: Mapping[str, Any], line: int) -> None:
        """Note that a row was about a shop, which is called as the row says from now on.

        A new one gets a slug that no other has.
        """
        new = not known.slug
        told = entry_of(fields)
        known.slug = known.slug or self._free_slug(slug_of(fields["name"], fields["city"]))
        # What a row left out, because nobody can read it, stays as it is.
        kept = {
            name: getattr(told if fields.get(name) else known.entry, name)
            for name in ("siret", "kind", *_WHERE)
        }
        kept |= {name: getattr(known.entry, name) for name in _ON_A_MAP}
        known.entry = replace(told, **kept)
        known.line = line
        self._keep(known, seen=not new)

    def _keep(self, known: Known, *, seen: bool = False) -> None:
        entry = known.entry
        self._by_slug[known.slug] = known
        if entry.siret:
            self._by_siret[entry.siret] = known
        if all(each is not known for each in self._by_name[entry.called]):
            self._by_name[entry.called].append(known)
        if not seen:
            for place in {entry.called[1], entry.postcode}:
                self._around[place].append(known)
            if entry.exact:
                self._squares[_square(entry.latitude, entry.longitude)].append(known)

    def _answered(self, entry: Entry, slug: str | None) -> Known | None:
        """Return the shop of a slug that an operator gave, or None where they gave none."""
        if slug and slug not in self._by_slug:
            raise Invalid("no_such_shop", _("There is no such shop."), field="name")
        found = self._by_slug[slug] if slug else None
        owner = self._by_siret.get(entry.siret)
        if owner and owner is not found:
            told = fill(_("This SIRET is that of %(shop)s."), shop=owner.slug)
            raise Invalid("other_siret", told, field="siret", shops=[owner.slug])
        return found

    def _exactly(self, entry: Entry) -> tuple[Known | None, bool]:
        """Return the shop of a SIRET or a name, and whether its SIRET or street agrees too."""
        if entry.siret in self._by_siret:
            return self._by_siret[entry.siret], True
        namesakes = [
            each for each in self._by_name.get(entry.called, ()) if _may_be(each.entry, entry)
        ]
        there = [each for each in namesakes if each.entry.address == entry.address]
        if there:
            return next((each for each in there if not each.line), there[0]), True
        # One that another row names with its street is not the namesake in this street.
        free = [each for each in namesakes if _may_stand(each, entry)]
        return (free[0], False) if len(free) == 1 else (None, False)

    def _alike(self, entry: Entry, line: int) -> Known | None:
        """Return the shop that this is in all likelihood. Raises `Invalid` (`same_shop`)."""
        around = chain(
            self._around.get(entry.called[1], ()),
            self._around.get(entry.postcode, ()),
            self._near(entry) if entry.exact else (),
        )
        candidates = {id(each): each for each in around if not (each.line or each.named)}
        found = [(compare(each.entry, entry), each) for each in candidates.values()]
        sure = [each for sameness, each in found if sameness is Sameness.SURE]
        if len(sure) == 1:
            return sure[0]
        doubtful = sure or [each for sameness, each in found if sameness is Sameness.DOUBTFUL]
        if doubtful:
            raise _doubt(doubtful, line)
        return None

    def _listed(self, entry: Entry, ref: str, line: int) -> Known:
        """Return the shop that an object of OpenStreetMap was before.

        Raises `Invalid` (`same_shop`) where that is called quite otherwise by now: another shop may
        be in its place.
        """
        known, name = self._by_ref[ref]
        owner = self._by_siret.get(entry.siret, known)
        same = [replace(entry, name=each) for each in (name, known.entry.name) if each]
        if owner is known and (entry.siret or any(are_alike(entry, each) for each in same)):
            return known
        raise _doubt([known] if owner is known else [known, owner], line)

    def _at_spot(self, row: Row) -> Known | None:
        """Return the one shop of a like name at the spot of a row that has no town."""
        try:
            where = {name: COLUMNS[name](row.get(name, "")) for name in _WHERE}
            name = COLUMNS["name"](row.get("name", ""))
        except Invalid:
            return None
        entry = Entry(name, row.get("kind", ""), "", "", exact=True, **where)
        found = [e for e in self._near(entry) if compare(e.entry, entry) is Sameness.SURE]
        return found[0] if len(found) == 1 else None

    def _near(self, entry: Entry) -> list[Known]:
        """Return the shops whose own points lie about a kilometre round an entry's."""
        north, east = _square(entry.latitude, entry.longitude)
        squares = product((north - 1, north, north + 1), (east - 1, east, east + 1))
        return [each for square in squares for each in self._squares.get(square, ())]

    def _free_slug(self, slug: str) -> str:
        numbered: Iterator[str] = chain([slug], (f"{slug}-{number}" for number in count(2)))
        taken = self._by_slug.keys() | self._former
        return next(candidate for candidate in numbered if candidate not in taken)


def _doubt(shops: Sequence[Known], line: int) -> Invalid:
    """Return the question which of some shops a row is about."""
    named = ", ".join(f"{each.entry.name} ({each.slug})" for each in shops[:5])
    told = fill(_QUESTION, shops=named, line=line, first=shops[0].slug)
    return Invalid(SAME_SHOP, told, field="name", shops=[each.slug for each in shops])


def _siret(cells: Mapping[str, str]) -> str:
    with suppress(Invalid):
        return str(COLUMNS["siret"](cells.get("siret", "")))
    return "-"


def _square(latitude: float, longitude: float) -> tuple[int, int]:
    """Return the square of a hundredth of a degree in which a point lies."""
    return int(latitude * 100 // 1), int(longitude * 100 // 1)


def entry_of(fields: Mapping[str, Any]) -> Entry:
    """Return what tells a shop from others, of a row's values or of the columns of a shop."""
    told: dict[str, Any] = {name: fields.get(name) or "" for name in _TOLD}
    return Entry(**told | {name: fields.get(name) or 0.0 for name in _WHERE})


def _named_in(cells: Mapping[str, str]) -> Entry | None:
    """Return by what a row names its shop, as far as its cells can be read; None without a name."""
    fields: dict[str, Any] = {}
    for name in ("name", "postcode", "city", "street", "siret"):
        with suppress(Invalid):
            fields[name] = COLUMNS[name](written(cells.get(name, "")).strip())
    return entry_of(fields) if fields.get("name") else None


def _may_be(one: Entry, other: Entry) -> bool:
    """Return whether two namesakes may be one: not where each has a SIRET, for these differ."""
    return not (one.siret and other.siret)


def _may_stand(known: Known, entry: Entry) -> bool:
    """Return whether a namesake may have moved to this street: it has not where it is spoken of."""
    streets = known.entry.address, entry.address
    return not all(streets) or not (known.line or known.named == 2)
