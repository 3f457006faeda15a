"""Taking a whole directory of shops from a CSV file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import SYSTEM, Actor, ActorKind
from comptoir.core.errors import Forbidden, Invalid
from comptoir.shops.csvfile import Table, read_table
from comptoir.shops.models import Service, Shop
from comptoir.shops.report import Refusal, Report, report_path
from comptoir.shops.table import COLUMNS, REQUIRED, ShopRow, read_row

FIRST_REFUSALS = 100
"""How many refusals a summary holds; the report has them all."""


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


def import_shops(
    *,
    path: Path,
    report: Path | None = None,
    actor: Actor = SYSTEM,
    progress: Callable[[int], None] | None = None,
) -> ImportSummary:
    """Take the shops of a CSV file into the directory; its columns are `table.COLUMNS`.

    A shop is known again by its SIRET or, where the file or the directory has none, by its name,
    town and postcode; so the same file again changes nothing. A bad row is refused alone and told,
    with its line and the reason, in the CSV `report` (by default under `var/reports`). A shop that
    the file does not name is left as it is. `progress` is called with the lines read so far. Raises
    `Forbidden` unless the actor is the system, `Invalid` when the file is no such table at all.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise Forbidden("not_operator", _("Only an operator of the network imports shops."))
    table = _checked(read_table(path))
    ignored = tuple(name for name in table.headings if name and name not in COLUMNS)
    summary = ImportSummary(ignored_columns=ignored)
    seen: dict[int, int] = {}
    with Report(
        report or report_path(settings.VAR / "reports", path.name, timezone.now())
    ) as refused:
        for line, cells in table.rows():
            try:
                _take(read_row(_readable(cells)), line, seen, summary)
            except Invalid as error:
                refusal = Refusal(line, str(error.data.get("field", "")), error.code, str(error))
                refused.write(refusal)
                summary.refused += 1
                if summary.refused <= FIRST_REFUSALS:
                    summary.first_refusals.append(refusal)
            if progress:
                progress(line)
        summary.report = refused.path if refused.written else None
    return summary


def _readable(cells: dict[str, str] | Invalid) -> dict[str, str]:
    """Return the cells of a row. Raises what made it unreadable."""
    if isinstance(cells, Invalid):
        raise cells
    return cells


def _checked(table: Table) -> Table:
    """Return the table if it has the columns that every row needs. Raises `Invalid`."""
    if missing := [name for name in REQUIRED if name not in table.headings]:
        raise Invalid(
            "missing_columns",
            _("%(file)s lacks the columns %(names)s: its first line must name them.")
            % {"file": table.path.name, "names": ", ".join(missing)},
            names=missing,
        )
    return table


@transaction.atomic
def _take(row: ShopRow, line: int, seen: dict[int, int], summary: ImportSummary) -> None:
    """Create or change one shop, and count it. Raises `Invalid` (`duplicate`)."""
    shop = _find(row.fields)
    if shop.pk in seen:
        raise Invalid(
            "duplicate",
            _("This shop was already on line %(line)d.") % {"line": seen[shop.pk]},
            line=seen[shop.pk],
        )
    new = shop.pk is None
    changes = {name: value for name, value in row.fields.items() if getattr(shop, name) != value}
    for name, value in changes.items():
        setattr(shop, name, value)
    if new:
        shop.slug = _free_slug(row.fields)
    if new or changes:
        shop.save()
    reserviced = _set_services(shop, row.services)
    seen[shop.pk] = line
    summary.created += new
    summary.changed += not new and bool(changes or reserviced)
    summary.unchanged += not new and not changes and not reserviced


def _find(fields: Mapping[str, Any]) -> Shop:
    """Return the shop that a row is about, locked, or a new one that is not saved yet."""
    shops = Shop.objects.select_for_update()
    siret = fields.get("siret")
    if siret and (found := shops.filter(siret=siret).first()):
        return found
    same = shops.filter(**{name: fields[name] for name in ("name", "city", "postcode")})
    return (same.filter(siret=None) if siret else same).order_by("pk").first() or Shop()


def _slug(fields: Mapping[str, Any]) -> str:
    """Return the slug of a row's name and town; the town once, where the name has it already."""
    name, city = slugify(fields["name"]), slugify(fields["city"])
    whole = name if f"-{name}-".endswith(f"-{city}-") else f"{name}-{city}"
    return whole[:74].strip("-") or "boutique"


def _free_slug(fields: Mapping[str, Any]) -> str:
    """Return the row's slug, numbered when another shop has it."""
    slug = _slug(fields)
    taken = set(Shop.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(candidate for candidate in _numbered(slug) if candidate not in taken)


def _numbered(slug: str) -> Iterator[str]:
    yield slug
    for number in range(2, 10_000):
        yield f"{slug}-{number}"


def _set_services(shop: Shop, wanted: frozenset[str] | None) -> bool:
    """Make the shop's services those wanted (None: leave them); return whether that changed any."""
    if wanted is None:
        return False
    present = set(shop.services.values_list("kind", flat=True))
    if gone := present - wanted:
        shop.services.filter(kind__in=gone).delete()
    Service.objects.bulk_create(Service(shop=shop, kind=kind) for kind in sorted(wanted - present))
    return present != wanted
