"""All that is a shop's, written down as it is at one moment."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, cast

from django.db import connection, transaction
from django.db.models import Model, Q
from django.utils import timezone

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.audit import note
from comptoir.accounts.models import User
from comptoir.archives.cells import cell
from comptoir.archives.chest import MANIFEST, Chest, Counted, Manifest
from comptoir.archives.contents import ACTORS, PRODUCTS, SHEETS, SHOP, Sheet
from comptoir.catalogue.models import TILL_SOURCE, Product
from comptoir.core.sheet import open_sheet
from comptoir.networks.models import Network
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

ROWS_AT_ONCE = 1000
Progress = Callable[[int, int], None]
"""Told how many rows are written, and of how many."""


def export_shop(
    *, shop: Shop, chest: Chest, actor: Actor, progress: Progress | None = None
) -> Manifest:
    """Write all that is a shop's into a chest (`contents`, `docs/export.md`), as it is at one
    moment, and return the manifest, which is written last: without it, an export is not whole.

    A piece of it is in memory at a time. The readers of open orders are in it: the shop is their
    controller; what was erased is not there. Guard: `EXPORT_SHOP`. Locks nothing. Writes: an entry
    of the audit (`looked`), in a transaction of its own before. Announces nothing. Raises
    `NotFound`, `Forbidden`, and what `progress` raises, which ends it.
    """
    with transaction.atomic():
        shop = in_scope(shop, actor, Verb.EXPORT_SHOP)
        note(actor, "shop_exported", subject=shop, shop_id=shop.pk, looked=True)
    with _one_moment():
        shop = Shop.objects.get(pk=shop.pk)
        manifest = Manifest(shop.slug, shop.name, timezone.now().isoformat())
        total = sum(each.of(shop).count() for each in SHEETS)
        run = _Export(shop, chest, manifest, total, progress)
        run.write_all()
    with chest.open(MANIFEST) as file:
        file.write(manifest.written())
    return manifest


@contextmanager
def _one_moment() -> Iterator[None]:
    """Have the block see the database as it is at one moment, and write nothing to it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@dataclass(slots=True)
class _Export:
    """One export on its way."""

    shop: Shop
    chest: Chest
    manifest: Manifest
    total: int
    progress: Progress | None
    done: int = 0
    people: dict[int, int] = field(default_factory=dict)
    networks: dict[int, str] = field(default_factory=dict)
    users: dict[int, str] = field(default_factory=dict)

    def write_all(self) -> None:
        """Write every file but the manifest."""
        jobs = list(self.shop.staff.select_related("user"))
        self.people = {job.user_id: job.pk for job in jobs}
        self.users = {job.user_id: _named(job.user) for job in jobs}
        self.networks = dict(Network.objects.values_list("pk", "slug"))
        with self._new("shop.json") as file:
            columns = {each.name: self._plain(each, self.shop) for each in SHOP.columns}
            file.write(json.dumps(columns, ensure_ascii=False, indent=1).encode() + b"\n")
        self._write(PRODUCTS, titles_of(self.shop))
        for sheet in SHEETS:
            self._write(sheet, sheet.of(self.shop))

    def _write(self, sheet: Sheet, rows: Any) -> None:  # noqa: ANN401  a query set
        count = 0
        with self._new(f"{sheet.name}.csv", lambda: count) as file, open_sheet(file) as write:
            write(sheet.heads)
            for row in self._rows(sheet, rows):
                write(row)
                count += 1
                if not count % ROWS_AT_ONCE:
                    self._tell(ROWS_AT_ONCE)
        self._tell(count % ROWS_AT_ONCE)
        if sheet.files:
            self._write_files(sheet, rows)

    def _rows(self, sheet: Sheet, rows: Any) -> Iterator[list[object]]:  # noqa: ANN401
        names = [each.attname for each in sheet.columns]
        cells = [self._reader(sheet, at) for at in range(len(names))]
        for values in rows.values_list(*names).iterator(chunk_size=ROWS_AT_ONCE):
            yield [read(values) for read in cells]

    def _reader(self, sheet: Sheet, at: int) -> Callable[[tuple[Any, ...]], object]:
        """Return what makes the cell of a column out of a row's values."""
        column = sheet.columns[at]
        if column.name in ACTORS:
            kind = [each.name for each in sheet.columns].index(ACTORS[column.name])
            return lambda row: self.people.get(row[at], "") if row[kind] == _PERSON else ""
        if column.related_model is User:
            return lambda row: self.users[row[at]]
        if column.related_model is Network:
            return lambda row: self.networks.get(row[at], "")
        if sheet is PRODUCTS and column.name == "source_ref":
            source = [each.name for each in sheet.columns].index("source")
            return lambda row: _ref(row[source], row[at])
        return lambda row: cell(column, row[at])

    def _plain(self, column: Any, row: Model) -> object:  # noqa: ANN401
        value = getattr(row, column.attname)
        return value if isinstance(value, int | float | None) else str(value)

    def _write_files(self, sheet: Sheet, rows: Any) -> None:  # noqa: ANN401
        for row in rows.iterator(chunk_size=1):
            for column in sheet.files:
                with self._new(sheet.file_of(row.pk, column)) as file:
                    file.write(bytes(getattr(row, column)))

    @contextmanager
    def _new(self, name: str, rows: Callable[[], int] | None = None) -> Iterator[IO[bytes]]:
        with self.chest.open(name) as file:
            counted = Counted(file)
            yield cast(IO[bytes], counted)
        self.manifest.files.append(counted.listed(name, rows() if rows else None))

    def _tell(self, rows: int) -> None:
        self.done += rows
        if self.progress:
            self.progress(self.done, max(self.total, self.done))


_PERSON = ActorKind.USER.value


def titles_of(shop: Shop) -> Any:  # noqa: ANN401  a query set
    """Return the titles that something of a shop names, in the order of their keys."""
    named = Q()
    for sheet in SHEETS:
        for column in sheet.columns:
            if column.related_model is Product:
                named |= Q(pk__in=sheet.of(shop).order_by().values(column.attname))
    return Product.objects.filter(named).order_by("pk")


def _ref(source: str, ref: str) -> str:
    """Return a title's reference; of a shop's own article without the key that the shop has."""
    return ref.partition(":")[2] if source == TILL_SOURCE else ref


def _named(user: User) -> str:
    return f"{user.email} {user.name}".strip()
