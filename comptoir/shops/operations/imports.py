"""The import of a whole directory of shops from a file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import SYSTEM, Actor, ActorKind
from comptoir.core.errors import Forbidden, Invalid, fill
from comptoir.core.locks import Space, lock
from comptoir.core.sheet import RefusalsFile, refusals_path
from comptoir.shops.contacts import time_zone_of
from comptoir.shops.gazetteer import Town
from comptoir.shops.models import FieldOrigin, Shop
from comptoir.shops.operations.directory import Answers, Directory, Known
from comptoir.shops.operations.listings import lost, note_listed, note_seen
from comptoir.shops.operations.notes import ImportSummary, Note, Notes
from comptoir.shops.operations.origins import Word, note_offered, origins_of, weigh
from comptoir.shops.operations.page.acts import act_on, keep_new
from comptoir.shops.operations.settings import kept_lists, set_lists
from comptoir.shops.sheet.file import NO_GUIDANCE, DirectoryFile, Guidance, open_directory
from comptoir.shops.sheet.mends import Row
from comptoir.shops.sources import osm
from comptoir.shops.sources.models import Source
from comptoir.shops.sources.osm import Extract
from comptoir.shops.table import LISTS, POINT, REQUIRED, ShopRow, read_row, stored
from comptoir.shops.whereabouts import town_at

ROWS_A_COMMIT = 100

NumberedRow = tuple[int, Row | Invalid]
NOTHING_ANSWERED = Answers({}, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportChoices:
    """What an operator decides about an import.

    A `dry_run` writes nothing but the report. `overwrite` names the columns that go in even where a
    shop wrote something else. `guidance` says which columns of the file are which, `licence` is the
    file's: SPDX's word, or "" for the network's own.
    """

    dry_run: bool = False
    overwrite: frozenset[str] = frozenset()
    answers: Answers = NOTHING_ANSWERED
    guidance: Guidance = NO_GUIDANCE
    licence: str = ""


def import_shops(
    *,
    path: Path,
    report: Path | None = None,
    choices: ImportChoices | None = None,
    actor: Actor = SYSTEM,
    progress: Callable[[int], None] | None = None,
) -> ImportSummary:
    """Take the shops of a file into the directory (`sheet.file.open_directory`); its columns are
    `table.COLUMNS`, or headings that mean them, or tags of OpenStreetMap.

    A shop is found as `Directory.find` says; so the same file again changes nothing. What a shop
    wrote since stays (`origins.weigh`). A cell that cannot be read is left out and the rest of its
    row taken; a row is refused, alone, where nobody can tell which shop it is about, or where a new
    shop lacks one of `REQUIRED`. A new shop without coordinates is placed in its town, and marked
    so (`placed_in_town`) until a file gives its own. The CSV `report` (by default under
    `var/reports`) has each refusal, each cell left out or put otherwise, each field that would have
    changed but for the shop's own word, and each that changed. A shop that the file does not name
    is left as it is; one that an extract of OpenStreetMap should have and lacks is reported.
    `progress` is called with the lines read so far.

    Guard: the actor is the system (`Forbidden` otherwise). Locks, `ROWS_A_COMMIT` rows a
    transaction: the directory's turn, then each shop. Writes: shops, services, the origins of their
    fields, their history, their listings. Announces nothing. Raises `Invalid` when the file is no
    such table at all.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise Forbidden("not_operator", _("Only an operator of the network imports shops."))
    choices = choices or ImportChoices()
    file_of_shops = checked(open_directory(path, choices.guidance))
    directory = Directory()
    directory.hear(cells for _line, cells in file_of_shops.rows() if isinstance(cells, Row))
    now = timezone.now()
    summary = ImportSummary(ignored_columns=file_of_shops.aside)
    target = report or refusals_path("shops", path.name, now)
    with RefusalsFile(target, Note._fields) as file:
        source = Source.OSM if file_of_shops.extract else Source.FILE
        run = _Import(choices, directory, summary, Notes(file, summary), now, source)
        for batch in _batches(file_of_shops.rows()):
            run.take_batch(batch, actor)
            if progress:
                progress(batch[-1][0])
        if file_of_shops.extract:
            run.tell_gone(file_of_shops.extract)
        summary.report = file.written
    return summary


def _batches(rows: Iterable[NumberedRow]) -> Iterator[list[NumberedRow]]:
    """Yield rows by `ROWS_A_COMMIT`: each commit waits for the disk."""
    left = iter(rows)
    while batch := list(islice(left, ROWS_A_COMMIT)):
        yield batch


def checked(file: DirectoryFile) -> DirectoryFile:
    """Return the file if it has the columns that every row needs; in a sheet whose headings were
    guessed a town may stand in other columns than its own. Raises `Invalid`."""
    needed = ("name",) if file.guessed else REQUIRED
    missing = [name for name in needed if name not in file.taken]
    if file.guessed and not {"city", "town", "street"} & file.taken.keys():
        missing.append("city")
    if missing:
        raise Invalid(
            "missing_columns",
            _("%(file)s lacks the columns %(names)s: its first line must name them.")
            % {"file": file.path.name, "names": ", ".join(missing)},
            names=missing,
        )
    return file


@dataclass(frozen=True, slots=True)
class _Import:
    """One import on its way: what was decided about it, what it knows, what it tells."""

    choices: ImportChoices
    directory: Directory
    summary: ImportSummary
    notes: Notes
    now: datetime
    source: Source

    def take_batch(self, batch: Iterable[NumberedRow], actor: Actor) -> None:
        """Take the rows of one transaction; in a trial there is none."""
        with nullcontext() if self.choices.dry_run else transaction.atomic():
            if not self.choices.dry_run:
                # Two files may name the same shops in opposite orders, and would then wait for
                # each other in a circle.
                lock(Space.DIRECTORY)
                self.directory.catch_up()
            for line, cells in batch:
                try:
                    if isinstance(cells, Invalid):
                        raise cells
                    self._take(self._read(cells, line), line, actor, cells)
                except Invalid as error:
                    self.notes.refused(line, error)

    def tell_gone(self, extract: Extract) -> None:
        """Report the shops that OpenStreetMap lost, and note it unless this is a trial."""
        gone = lost(extract)
        for each in gone:
            self.notes.gone(each, closed=each.ref in extract.former)
        self.summary.cut_short = extract.cut_short
        if not self.choices.dry_run:
            with transaction.atomic():
                lock(Space.DIRECTORY)
                note_seen(extract, gone, self.now)

    def _read(self, cells: Row, line: int) -> ShopRow:
        """Return what a row holds.

        Raises `Invalid`, also for a branch of a chain: it goes in only where an operator says so.
        """
        answers = self.choices.answers
        known = self.directory.has_object(cells.ref)
        if cells.chain and not (known or line in answers.new or line in answers.same):
            told = _(
                "OpenStreetMap has this shop as a branch of a chain. Import again with --new "
                "%(line)d if it is an independent one."
            )
            raise Invalid("chain", fill(told, line=line), field="name")
        if not cells.ref:
            return read_row(cells)
        lent = self.directory.lent(cells)
        return replace(read_row({**cells, **lent}), lent=frozenset(lent))

    def _take(self, row: ShopRow, line: int, actor: Actor, cells: Row) -> None:
        """Create or change one shop, and count it. Raises `Invalid` before it writes."""
        known = self.directory.find(row.fields, line, self.choices.answers, cells.ref)
        shop = fetched(known, lock=not self.choices.dry_run)
        new = shop.pk is None
        _check_stays(shop, self.source)
        if new:
            _require(row)
        placed = _placed(shop, row)
        for error in row.left_out:
            self.notes.left_out(line, known.slug, error)
        for remark in cells.remarks:
            self.notes.remark(line, known.slug, remark)
        if placed:
            self.notes.placed(line, known.slug, placed)
        self.directory.place(known, row.fields, line)
        origins = origins_of(shop)
        offered = self._weighed(shop, row, origins, line)
        changes = {name: value for name, (value, word) in offered.items() if word is Word.TAKEN}
        if new:
            shop.slug = known.slug
        if not self.choices.dry_run:
            self._write(shop, changes, placed, actor, given=set(POINT) <= offered.keys())
            note_offered(shop, offered, origins, actor=actor, at=self.now, source=self.source)
            self._list(shop, row, cells)
        elif new:
            self.notes.new(line, shop)
        self.summary.created += new
        self.summary.changed += not new and bool(changes)
        self.summary.unchanged += not new and not changes

    def _write(
        self,
        shop: Shop,
        changes: Mapping[str, Any],
        placed: Town | None,
        actor: Actor,
        *,
        given: bool,
    ) -> None:
        told: Any = {"actor": actor, "at": self.now, "source": self.source}
        if shop.pk is None:
            _write(shop, changes, placed, given=given)
            keep_new(shop, **told)
            set_lists(shop, changes, actor=actor)
            return
        with act_on(shop, *kept_lists(changes), **told):
            _write(shop, changes, placed, given=given)
            set_lists(shop, changes, actor=actor)

    def _list(self, shop: Shop, row: ShopRow, cells: Row) -> None:
        licence, said = self.choices.licence, {}
        if self.source is Source.OSM:
            licence, said = osm.LICENCE, {"name": row.fields["name"]}
        note_listed(shop, self.source, at=self.now, ref=cells.ref, licence=licence, said=said)

    def _weighed(
        self, shop: Shop, row: ShopRow, origins: Mapping[str, FieldOrigin], line: int
    ) -> dict[str, tuple[Any, Word]]:
        """Return each value that a row offers with what comes of it, and tell what does not go
        without saying."""
        if shop.pk is None:
            return {name: (value, Word.TAKEN) for name, value in row.offered.items()}
        found: dict[str, tuple[Any, Word]] = {}
        has = stored(shop) | (dict.fromkeys(POINT) if shop.placed_in_town else {})
        for name, value in row.offered.items():
            origin = origins.get(name)
            if name == "networks":  # to one of them a file belongs: it says nothing of the others
                value = sorted({*value, *has[name]})
            word = weigh(name, has[name], value, origin, self.source)
            if word is Word.KEPT_OUT and name in self.choices.overwrite:
                word = Word.TAKEN
            if word is Word.KEPT_OUT:
                self.notes.kept_out(line, shop, name, has[name], value, origin)
            elif word is Word.TAKEN:
                self.notes.changed(line, shop, name, has[name], value)
            found[name] = value, word
        return found


def _require(row: ShopRow) -> None:
    """Raise `Invalid` where a row that would make a shop lacks what every shop has."""
    for error in row.left_out:
        if error.data["field"] in (*REQUIRED, *POINT):
            raise error


def _placed(shop: Shop, row: ShopRow) -> Town | None:
    """Return the town in which a row places its shop: one that is new, or that stands in its town
    and moves to another, where the row has no coordinates. Raises `Invalid` (`unknown_town`)."""
    if set(POINT) <= row.fields.keys() or not (shop.pk is None or shop.placed_in_town):
        return None
    where = row.fields["postcode"], row.fields["city"]
    if shop.pk is not None and where == (shop.postcode, shop.city):
        return None
    return town_at(*where)


def fetched(known: Known, *, lock: bool) -> Shop:
    """Return a shop as it is now, locked if wanted, or a new one that is not saved yet."""
    if known.key is None:
        return Shop()
    shops = Shop.objects.select_for_update(no_key=True) if lock else Shop.objects
    return shops.filter(pk=known.key).first() or Shop()


def _check_stays(shop: Shop, source: Source) -> None:
    """Refuse a row about a shop that has left. Raises `Invalid` (`shop_ended`)."""
    if shop.ended_at is None:
        return
    told = _("%(shop)s has left the network: take this row out of the file, or let it come back.")
    if source is Source.OSM:
        told = _("%(shop)s has left the network, although OpenStreetMap still has it.")
    if shop.merged_into is not None:
        told = _("%(shop)s is one with %(other)s by now: take this row out of the file.")
    raise Invalid(
        "shop_ended",
        fill(told, shop=shop.slug, other=shop.merged_into and shop.merged_into.slug),
        field="name",
    )


def _write(shop: Shop, changes: Mapping[str, Any], placed: Town | None, *, given: bool) -> None:
    """Save what changes of a shop; its clock follows its postcode unless somebody set it. It stands
    in a town where it was `placed`, and at a point of its own where one was `given`."""
    by_postcode = shop.pk is None or shop.time_zone == time_zone_of(shop.postcode)
    columns = {name: value for name, value in changes.items() if name not in LISTS}
    for name, value in columns.items():
        setattr(shop, name, value)
    if by_postcode and "time_zone" not in changes:
        shop.time_zone = time_zone_of(shop.postcode)
    if placed:
        shop.latitude, shop.longitude = placed.latitude, placed.longitude
    moved = bool(placed) or (given and shop.placed_in_town)
    shop.placed_in_town = bool(placed) or (shop.placed_in_town and not given)
    if columns or moved:
        shop.save()
