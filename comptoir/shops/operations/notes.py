"""What an import of the directory tells: numbers, and a line of its report for each thing."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.accounts.actors import ActorKind
from comptoir.core.errors import Invalid
from comptoir.core.sheet import RefusalsFile
from comptoir.core.words import in_words
from comptoir.shops.gazetteer import Town
from comptoir.shops.models import FieldOrigin, Listing, Shop
from comptoir.shops.operations.origins import source_of
from comptoir.shops.table import write_cell

FIRST_NOTES = 100
"""How many notes of each sort a summary holds; the report has them all."""

_LONGEST_VALUE = 60


class Note(NamedTuple):
    """What the report says of a row or of one field: its line in the file, the column, a code (that
    of the refusal or of the cell left out; or `kept_out`, `changed`, `new`, `placed`, `mended`),
    the reason, and the slug of the shop, or of each that it may be. `has` is what the shop has or
    had, `offered` what the file says.

    Its fields are the columns of the report.
    """

    line: int
    column: str
    code: str
    reason: str
    shop: str = ""
    has: str = ""
    offered: str = ""


@dataclass(slots=True)
class ImportSummary:
    """What an import did, or would do: numbers of rows, of cells left out because they cannot be
    read (their row was taken), of fields where the shop's word stayed, of remarks on what cells
    were taken to mean, of shops placed in their town for want of coordinates, of shops that
    OpenStreetMap lost; the first notes of each sort; why an extract is not whole; and the CSV of
    all (None where there is nothing to tell)."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    left_out: int = 0
    kept_out: int = 0
    remarks: int = 0
    placed: int = 0
    gone: int = 0
    first_refusals: list[Note] = field(default_factory=list)
    first_left_out: list[Note] = field(default_factory=list)
    first_kept_out: list[Note] = field(default_factory=list)
    first_remarks: list[Note] = field(default_factory=list)
    first_changes: list[Note] = field(default_factory=list)
    first_gone: list[Note] = field(default_factory=list)
    cut_short: str = ""
    ignored_columns: tuple[str, ...] = ()
    report: Path | None = None

    @property
    def taken(self) -> int:
        """How many rows were taken."""
        return self.created + self.changed + self.unchanged


class Notes:
    """Takes notes: each into the report, the first of each sort into the summary."""

    def __init__(self, file: RefusalsFile, summary: ImportSummary) -> None:
        self._file = file
        self._summary = summary

    def refused(self, line: int, error: Invalid) -> None:
        """Note that a row was not taken, and why."""
        self._summary.refused += 1
        column, shops = str(error.data.get("field", "")), " ".join(error.data.get("shops", ()))
        told = Note(line, column, error.code, str(error), shops)
        self._write(told, self._summary.first_refusals)

    def left_out(self, line: int, slug: str, error: Invalid) -> None:
        """Note that a cell was left out of a row that is taken, and why; "" is a new shop."""
        self._summary.left_out += 1
        reason = _("%(reason)s This cell is left out, the rest of the row is taken.")
        told = Note(
            line, str(error.data["field"]), error.code, reason % {"reason": error}, shop=slug
        )
        self._write(told, self._summary.first_left_out)

    def remark(self, line: int, slug: str, remark: Invalid) -> None:
        """Note what was made of a cell that may be meant in another way."""
        self._summary.remarks += 1
        told = Note(line, str(remark.data["field"]), remark.code, str(remark), shop=slug)
        self._write(told, self._summary.first_remarks)

    def placed(self, line: int, slug: str, town: Town) -> None:
        """Note that a shop stands in its town, for nobody gave its coordinates."""
        self._summary.placed += 1
        reason = _("The row has no coordinates: the shop is placed in %(town)s.")
        told = Note(line, "latitude", "placed", reason % {"town": town.name}, shop=slug)
        self._write(told, self._summary.first_changes)

    def gone(self, listing: Listing, *, closed: bool) -> None:
        """Note that OpenStreetMap has a shop no more, or calls it closed."""
        self._summary.gone += 1
        reason = _(
            "OpenStreetMap has %(ref)s no more: look whether the shop has closed. It stays here."
        )
        if closed:
            reason = _(
                "OpenStreetMap says that %(ref)s has closed: look whether it has. It stays here."
            )
        told = Note(0, "", "gone", reason % {"ref": listing.ref}, listing.shop.slug)
        self._write(told, self._summary.first_gone)

    def new(self, line: int, shop: Shop) -> None:
        """Note that a row would make a shop."""
        told = Note(line, "", "new", _("This would be a new shop."), shop.slug)
        self._write(told, self._summary.first_changes)

    def changed(self, line: int, shop: Shop, name: str, has: Any, offered: Any) -> None:  # noqa: ANN401
        """Note that a field of a shop changes, or would change."""
        before, after = _cell(name, has, shop), _cell(name, offered, shop)
        reason = _("“%(has)s” becomes “%(offered)s”.") % _short(before, after)
        told = Note(line, name, "changed", reason, shop.slug, before, after)
        self._write(told, self._summary.first_changes)

    def kept_out(
        self,
        line: int,
        shop: Shop,
        name: str,
        has: Any,  # noqa: ANN401
        offered: Any,  # noqa: ANN401
        origin: FieldOrigin | None,
    ) -> None:
        """Note that a field stays as somebody wrote it, although the file says something else."""
        self._summary.kept_out += 1
        before, after = _cell(name, has, shop), _cell(name, offered, shop)
        reason = _("“%(has)s” stays, this file says “%(offered)s”: %(who)s.") % (
            _short(before, after) | {"who": _who_wrote(origin)}
        )
        told = Note(line, name, "kept_out", reason, shop.slug, before, after)
        self._write(told, self._summary.first_kept_out)

    def _write(self, note: Note, first: list[Note]) -> None:
        self._file.write(note)
        if len(first) < FIRST_NOTES:
            first.append(note)


def _who_wrote(origin: FieldOrigin | None) -> str:
    """Return in words who wrote what stands, and when."""
    if origin is None or origin.written_at is None:
        return _("it is not known who wrote it")
    told = {"day": in_words(timezone.localtime(origin.written_at), "SHORT_DATE_FORMAT")}
    if origin.imported:
        told["source"] = str(source_of(origin).label)
        return _("it came from %(source)s on %(day)s") % told
    if origin.actor_kind == ActorKind.SYSTEM:
        return _("an operator wrote it on %(day)s") % told
    return _("the shop wrote it on %(day)s") % told


def _cell(name: str, value: Any, shop: Shop) -> str:  # noqa: ANN401
    return str(write_cell(name, value, shop))


def _short(has: str, offered: str) -> dict[str, str]:
    values = {"has": has, "offered": offered}
    return {
        name: text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
        for name, text in values.items()
    }
