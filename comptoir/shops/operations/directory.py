"""Which shop of the directory a row of a file is about, where the file is the only one to say."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Any

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.core.sheet import written
from comptoir.shops.likeness import Entry, Sameness, compare
from comptoir.shops.models import FormerSlug, Shop
from comptoir.shops.operations.slugs import slug_of
from comptoir.shops.table import COLUMNS

SAME_SHOP = "same_shop"
"""The code by which a row is refused of which it is doubtful whose it is."""

_TOLD = ("name", "kind", "postcode", "city", "street", "siret", "phone", "email")
_WHERE = ("latitude", "longitude")
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
        self._newest = 0
        self._former: set[str] = set()
        self.catch_up()

    def catch_up(self) -> None:
        """Learn of the shops that somebody else has made since; another import, say."""
        self._former = set(FormerSlug.objects.values_list("slug", flat=True))
        newer = Shop.objects.filter(pk__gt=self._newest).order_by("pk")
        for row in newer.values("pk", "slug", *_TOLD, *_WHERE):
            self._newest = row["pk"]
            if row["slug"] not in self._by_slug:
                self._keep(Known(row["pk"], row["slug"], entry_of(row)))

    def hear(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Learn which shops a file names outright, before any of its rows is taken.

        A shop that one row names is not what another row, of another name, may be about.
        """
        for cells in rows:
            entry = _named_in(cells)
            found, outright = self._exactly(entry) if entry else (None, False)
            if found:
                found.named = max(found.named, 1 + outright)

    def find(
        self, fields: Mapping[str, Any], line: int = 0, answers: Answers | None = None
    ) -> Known:
        """Return the shop that a row is about; one without a slug where it is new.

        It is told by its SIRET; by its name, town and postcode; or, where no row of the file names
        it so, by its address and likeness. Raises `Invalid`: `same_shop` where that is doubtful,
        `duplicate` for a shop that an earlier line was about, `no_such_shop` and `other_siret` for
        a wrong answer.
        """
        entry = entry_of(fields)
        if answers and (line in answers.same or line in answers.new):
            found = self._answered(entry, answers.same.get(line))
        else:
            found = self._exactly(entry)[0] or self._alike(entry, line)
        if found and found.line:
            raise Invalid(
                "duplicate",
                fill(_("This shop was already on line %(line)d."), line=found.line),
                line=found.line,
            )
        return found or Known(None, "", entry)

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
        around = chain(self._around.get(entry.called[1], ()), self._around.get(entry.postcode, ()))
        candidates = {id(each): each for each in around if not (each.line or each.named)}
        found = [(compare(each.entry, entry), each) for each in candidates.values()]
        sure = [each for sameness, each in found if sameness is Sameness.SURE]
        if len(sure) == 1:
            return sure[0]
        doubtful = sure or [each for sameness, each in found if sameness is Sameness.DOUBTFUL]
        if doubtful:
            shops = ", ".join(f"{each.entry.name} ({each.slug})" for each in doubtful[:5])
            told = fill(_QUESTION, shops=shops, line=line, first=doubtful[0].slug)
            raise Invalid(SAME_SHOP, told, field="name", shops=[each.slug for each in doubtful])
        return None

    def _free_slug(self, slug: str) -> str:
        numbered: Iterator[str] = chain([slug], (f"{slug}-{number}" for number in count(2)))
        taken = self._by_slug.keys() | self._former
        return next(candidate for candidate in numbered if candidate not in taken)


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
