"""The import of a whole directory of shops from a CSV file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
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
from comptoir.shops.csvfile import Table, read_table
from comptoir.shops.models import FieldOrigin, Shop
from comptoir.shops.operations.directory import Answers, Directory, Known
from comptoir.shops.operations.notes import ImportSummary, Note, Notes
from comptoir.shops.operations.origins import Word, note_offered, origins_of, weigh
from comptoir.shops.operations.settings import set_services
from comptoir.shops.table import COLUMNS, REQUIRED, ShopRow, read_row, stored

ROWS_A_COMMIT = 100

NumberedRow = tuple[int, dict[str, str] | Invalid]
NOTHING_ANSWERED = Answers({}, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportChoices:
    """What an operator decides about an import.

    A `dry_run` writes nothing but the report. `overwrite` names the columns that go in even where a
    shop wrote something else.
    """

    dry_run: bool = False
    overwrite: frozenset[str] = frozenset()
    answers: Answers = NOTHING_ANSWERED


def import_shops(
    *,
    path: Path,
    report: Path | None = None,
    choices: ImportChoices | None = None,
    actor: Actor = SYSTEM,
    progress: Callable[[int], None] | None = None,
) -> ImportSummary:
    """Take the shops of a CSV file into the directory; its columns are `table.COLUMNS`.

    A shop is found as `Directory.find` says; so the same file again changes nothing. What a shop
    wrote since stays (`origins.weigh`). A bad row, and one of which it is doubtful whose it is, is
    refused alone. The CSV `report` (by default under `var/reports`) has each refusal, each field
    that would have changed but for the shop's own word, and each that changed. A shop that the file
    does not name is left as it is. `progress` is called with the lines read so far.

    Guard: the actor is the system (`Forbidden` otherwise). Locks, `ROWS_A_COMMIT` rows a
    transaction: the directory's turn, then each shop. Writes: shops, services, the origins of their
    fields. Announces nothing. Raises `Invalid` when the file is no such table at all.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise Forbidden("not_operator", _("Only an operator of the network imports shops."))
    table = _checked(read_table(path))
    directory = Directory()
    directory.hear(cells for _line, cells in table.rows() if isinstance(cells, dict))
    now = timezone.now()
    summary = ImportSummary(
        ignored_columns=tuple(n for n in table.header.names if n and n not in COLUMNS)
    )
    target = report or refusals_path("shops", path.name, now)
    with RefusalsFile(target, Note._fields) as file:
        run = _Import(choices or ImportChoices(), directory, summary, Notes(file, summary), now)
        for batch in _batches(table.rows()):
            run.take_batch(batch, actor)
            if progress:
                progress(batch[-1][0])
        summary.report = file.written
    return summary


def _batches(rows: Iterable[NumberedRow]) -> Iterator[list[NumberedRow]]:
    """Yield rows by `ROWS_A_COMMIT`: each commit waits for the disk."""
    left = iter(rows)
    while batch := list(islice(left, ROWS_A_COMMIT)):
        yield batch


def _checked(table: Table) -> Table:
    """Return the table if it has the columns that every row needs. Raises `Invalid`."""
    if missing := [name for name in REQUIRED if name not in table.header.names]:
        raise Invalid(
            "missing_columns",
            _("%(file)s lacks the columns %(names)s: its first line must name them.")
            % {"file": table.path.name, "names": ", ".join(missing)},
            names=missing,
        )
    return table


@dataclass(frozen=True, slots=True)
class _Import:
    """One import on its way: what was decided about it, what it knows, what it tells."""

    choices: ImportChoices
    directory: Directory
    summary: ImportSummary
    notes: Notes
    now: datetime

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
                    self._take(read_row(cells), line, actor)
                except Invalid as error:
                    self.notes.refused(line, error)

    def _take(self, row: ShopRow, line: int, actor: Actor) -> None:
        """Create or change one shop, and count it. Raises `Invalid` before it writes."""
        known = self.directory.find(row.fields, line, self.choices.answers)
        shop = fetched(known, lock=not self.choices.dry_run)
        new = shop.pk is None
        _check_stays(shop)
        self.directory.place(known, row.fields, line)
        origins = origins_of(shop)
        offered = self._weighed(shop, row, origins, line)
        changes = {name: value for name, (value, word) in offered.items() if word is Word.TAKEN}
        if new:
            shop.slug = known.slug
        if not self.choices.dry_run:
            _write(shop, changes)
            note_offered(shop, offered, origins, actor=actor, at=self.now)
        elif new:
            self.notes.new(line, shop)
        self.summary.created += new
        self.summary.changed += not new and bool(changes)
        self.summary.unchanged += not new and not changes

    def _weighed(
        self, shop: Shop, row: ShopRow, origins: Mapping[str, FieldOrigin], line: int
    ) -> dict[str, tuple[Any, Word]]:
        """Return each value that a row offers with what comes of it, and tell what does not go
        without saying."""
        if shop.pk is None:
            return {name: (value, Word.TAKEN) for name, value in row.offered.items()}
        found: dict[str, tuple[Any, Word]] = {}
        has = stored(shop)
        for name, value in row.offered.items():
            origin = origins.get(name)
            word = weigh(name, has[name], value, origin)
            if word is Word.KEPT_OUT and name in self.choices.overwrite:
                word = Word.TAKEN
            if word is Word.KEPT_OUT:
                self.notes.kept_out(line, shop, name, has[name], value, origin)
            elif word is Word.TAKEN:
                self.notes.changed(line, shop, name, has[name], value)
            found[name] = value, word
        return found


def fetched(known: Known, *, lock: bool) -> Shop:
    """Return a shop as it is now, locked if wanted, or a new one that is not saved yet."""
    if known.key is None:
        return Shop()
    shops = Shop.objects.select_for_update(no_key=True) if lock else Shop.objects
    return shops.filter(pk=known.key).first() or Shop()


def _check_stays(shop: Shop) -> None:
    """Refuse a row about a shop that has left. Raises `Invalid` (`shop_ended`)."""
    if shop.ended_at is None:
        return
    told = _("%(shop)s has left the network: take this row out of the file, or let it come back.")
    if shop.merged_into is not None:
        told = _("%(shop)s is one with %(other)s by now: take this row out of the file.")
    raise Invalid(
        "shop_ended",
        fill(told, shop=shop.slug, other=shop.merged_into and shop.merged_into.slug),
        field="name",
    )


def _write(shop: Shop, changes: Mapping[str, Any]) -> None:
    """Save what changes of a shop; its clock follows its postcode unless somebody set it."""
    by_postcode = shop.pk is None or shop.time_zone == time_zone_of(shop.postcode)
    columns = {name: value for name, value in changes.items() if name != "services"}
    for name, value in columns.items():
        setattr(shop, name, value)
    if by_postcode and "time_zone" not in changes:
        shop.time_zone = time_zone_of(shop.postcode)
    if columns:
        shop.save()
    if "services" in changes:
        set_services(shop, frozenset(changes["services"]))
