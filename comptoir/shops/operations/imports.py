"""The import of a whole directory of shops from a CSV file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count, islice
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import SYSTEM, Actor, ActorKind
from comptoir.core.errors import Forbidden, Invalid
from comptoir.core.locks import Space, lock
from comptoir.core.sheet import RefusalsFile, refusals_path
from comptoir.shops.csvfile import Table, read_table
from comptoir.shops.models import Service, Shop
from comptoir.shops.table import COLUMNS, REQUIRED, ShopRow, read_row

FIRST_REFUSALS = 100
"""How many refusals a summary holds; the report has them all."""

ROWS_A_COMMIT = 100

NumberedRow = tuple[int, dict[str, str] | Invalid]


class Refusal(NamedTuple):
    """A row that was not taken: its line in the file, the column at fault if one is, the reason.

    Its fields are the columns of the report of refusals.
    """

    line: int
    column: str
    code: str
    reason: str


@dataclass(slots=True)
class ImportSummary:
    """What an import did: numbers of rows, the first refusals, and the CSV of all of them (None
    when nothing was refused)."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    first_refusals: list[Refusal] = field(default_factory=list)
    ignored_columns: tuple[str, ...] = ()
    report: Path | None = None

    @property
    def taken(self) -> int:
        """How many rows were taken."""
        return self.created + self.changed + self.unchanged


class Directory:
    """The names that the directory knows its shops by, read once: a few thousand at the most.

    `lines` holds on which line of the file each shop was.
    """

    def __init__(self) -> None:
        self.lines: dict[int, int] = {}
        self._by_siret: dict[str, int] = {}
        self._by_name: dict[tuple[str, str, str], int] = {}
        self._without_siret: dict[tuple[str, str, str], int] = {}
        self._slugs: set[str] = set()
        for shop in Shop.objects.only("siret", "name", "city", "postcode", "slug").order_by("pk"):
            self.keep(shop)

    def keep(self, shop: Shop) -> None:
        """Know a shop by what it is called now; of namesakes the first one."""
        name = (shop.name, shop.city, shop.postcode)
        self._slugs.add(shop.slug)
        self._by_name.setdefault(name, shop.pk)
        if shop.siret:
            self._by_siret[shop.siret] = shop.pk
            if self._without_siret.get(name) == shop.pk:
                del self._without_siret[name]
        else:
            self._without_siret.setdefault(name, shop.pk)

    def find(self, fields: Mapping[str, Any]) -> Shop:
        """Return the shop that a row is about, locked, or a new one that is not saved yet."""
        siret = fields.get("siret")
        names = self._without_siret if siret else self._by_name
        name = (fields["name"], fields["city"], fields["postcode"])
        key = self._by_siret.get(siret or "") or names.get(name)
        found = Shop.objects.select_for_update(no_key=True).filter(pk=key).first() if key else None
        return found or Shop()

    def free_slug(self, slug: str) -> str:
        """Return a slug, numbered when another shop has it."""
        numbered = chain([slug], (f"{slug}-{number}" for number in count(2)))
        return next(candidate for candidate in numbered if candidate not in self._slugs)


def import_shops(
    *,
    path: Path,
    report: Path | None = None,
    actor: Actor = SYSTEM,
    progress: Callable[[int], None] | None = None,
) -> ImportSummary:
    """Take the shops of a CSV file into the directory; its columns are `table.COLUMNS`.

    A shop is found by its SIRET or, where the file or the directory has none, by its name, town and
    postcode; so the same file again changes nothing. A bad row is refused alone and written, with
    its line and the reason, to the CSV `report` (by default under `var/reports`). A shop that the
    file does not name is left as it is. `progress` is called with the lines read so far.

    Guard: the actor is the system (`Forbidden` otherwise). Locks, `ROWS_A_COMMIT` rows a
    transaction: the directory's turn, then each shop. Writes: shops, services. Announces nothing.
    Raises `Invalid` when the file is no such table at all.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise Forbidden("not_operator", _("Only an operator of the network imports shops."))
    table = _checked(read_table(path))
    ignored = tuple(name for name in table.header.names if name and name not in COLUMNS)
    summary = ImportSummary(ignored_columns=ignored)
    directory = Directory()
    target = report or refusals_path("shops", path.name, timezone.now())
    with RefusalsFile(target, Refusal._fields) as refused:
        for batch in _batches(table.rows()):
            with transaction.atomic():
                # Two files may name the same shops in opposite orders, and would then wait for
                # each other in a circle.
                lock(Space.DIRECTORY)
                for line, cells in batch:
                    _take_or_refuse(line, cells, directory, summary, refused)
            if progress:
                progress(batch[-1][0])
        summary.report = refused.written
    return summary


def _batches(rows: Iterable[NumberedRow]) -> Iterator[list[NumberedRow]]:
    """Yield rows by `ROWS_A_COMMIT`: each commit waits for the disk."""
    left = iter(rows)
    while batch := list(islice(left, ROWS_A_COMMIT)):
        yield batch


def _take_or_refuse(
    line: int,
    cells: dict[str, str] | Invalid,
    directory: Directory,
    summary: ImportSummary,
    refused: RefusalsFile,
) -> None:
    """Take one row, or write why not."""
    try:
        if isinstance(cells, Invalid):
            raise cells
        _take(read_row(cells), line, directory, summary)
    except Invalid as error:
        refusal = Refusal(line, str(error.data.get("field", "")), error.code, str(error))
        refused.write(refusal)
        summary.refused += 1
        if summary.refused <= FIRST_REFUSALS:
            summary.first_refusals.append(refusal)


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


def _take(row: ShopRow, line: int, directory: Directory, summary: ImportSummary) -> None:
    """Create or change one shop, and count it. Raises `Invalid` (`duplicate`) before it writes."""
    shop = directory.find(row.fields)
    if earlier := directory.lines.get(shop.pk):
        raise Invalid(
            "duplicate",
            _("This shop was already on line %(line)d.") % {"line": earlier},
            line=earlier,
        )
    new = shop.pk is None
    changes = {name: value for name, value in row.fields.items() if getattr(shop, name) != value}
    for name, value in changes.items():
        setattr(shop, name, value)
    if new:
        shop.slug = directory.free_slug(_slug(row.fields))
    if new or changes:
        shop.save()
    reserviced = _set_services(shop, row.services)
    directory.keep(shop)
    directory.lines[shop.pk] = line
    summary.created += new
    summary.changed += not new and bool(changes or reserviced)
    summary.unchanged += not new and not changes and not reserviced


def _slug(fields: Mapping[str, Any]) -> str:
    """Return the slug of a row's name and town; the town once, where the name has it already."""
    name, city = slugify(fields["name"]), slugify(fields["city"])
    whole = name if f"-{name}-".endswith(f"-{city}-") else f"{name}-{city}"
    return whole[:74].strip("-") or "boutique"


def _set_services(shop: Shop, wanted: frozenset[str] | None) -> bool:
    """Make the shop's services those wanted (None: leave them); return whether that changed any."""
    if wanted is None:
        return False
    present = set(shop.services.values_list("kind", flat=True))
    if gone := present - wanted:
        shop.services.filter(kind__in=gone).delete()
    Service.objects.bulk_create(Service(shop=shop, kind=kind) for kind in sorted(wanted - present))
    return present != wanted
