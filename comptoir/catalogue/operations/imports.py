"""The import of a file of notices of any size."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.errors import BadFile
from comptoir.catalogue.operations.ahead import read_ahead
from comptoir.catalogue.operations.notices import Taken, foresee_notices, take_notices
from comptoir.catalogue.sources import source_of
from comptoir.catalogue.sources.document import Document, open_documents
from comptoir.catalogue.sources.notice import Notice, Refusal, Remark
from comptoir.catalogue.sources.source import Source
from comptoir.core.identifiers import is_own_number
from comptoir.core.sheet import RefusalsFile, refusals_path

BATCH = 2_000
REPORT_COLUMNS = ("file", "place", "reference", "code", "reason", "status")
_TRIES = 5
_AHEAD = timedelta(days=1)

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class ImportSummary:
    """What an import took, and the report of what it refused and remarked (None: nothing)."""

    taken: Taken = field(default_factory=Taken)
    read: int = 0
    refused: int = 0
    remarked: int = 0
    report: Path | None = None
    formats: list[str] = field(default_factory=list)
    interrupted: bool = False


def import_file(
    *,
    path: Path,
    format: str | None = None,
    encoding: str | None = None,
    as_of: datetime | None = None,
    reports: Path | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    batch_size: int = BATCH,
    dry_run: bool = False,
) -> ImportSummary:
    """Take every notice of a file (plain, gzip or zip) into the catalogue, batch by batch.

    The format is recognised by the content unless one is forced. A bad record is refused alone,
    with its place and the reason, in a report under `reports`. Importing again changes nothing.
    Between batches, `progress` is called with the bytes of the file read and the records read, and
    `stop` may end the import. Memory does not grow with the file. A `dry_run` only says what it
    would do: what is refused is written all the same.

    Guard: none, only the command line calls it. Locks, writes and announces a batch a transaction,
    as `take_notices`. Raises `BadFile` when the file cannot be read, or not to its end: what was
    read before is in, its `summary` holds how much, and importing it again once mended takes the
    rest.
    """
    summary = ImportSummary()
    target = refusals_path("catalogue", path.name, datetime.now(UTC), reports)
    with RefusalsFile(target, REPORT_COLUMNS) as report:
        take = foresee_notices if dry_run else take_in_spite_of_rivals
        run = _Run(summary, report, batch_size, progress, stop or (lambda: False), take)
        try:
            for document, position in open_documents(path, as_of=as_of, encoding=encoding):
                if not run.take(document, source_of(document, format), position):
                    break
        except BadFile as error:
            error.summary = summary
            raise
        finally:
            summary.report = report.written
    return summary


@dataclass(slots=True)
class _Batch:
    notices: list[Notice] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    position: int = 0
    failure: BadFile | None = None

    def __len__(self) -> int:
        return len(self.notices) + len(self.refusals)


def _batches(
    records: Iterator[Notice | Refusal], size: int, position: Callable[[], int]
) -> Iterator[_Batch]:
    """Yield the records in batches; where reading fails, what was read before it comes first."""
    batch = _Batch()
    latest = datetime.now(UTC) + _AHEAD
    try:
        for record in map(_known_everywhere, records):
            if isinstance(record, Refusal):
                batch.refusals.append(record)
            else:
                # A supplier's clock in the future would make every later notice an old one.
                if record.at > latest:
                    record.at = latest - _AHEAD
                batch.notices.append(record)
            if len(batch) >= size:
                batch.position = position()
                yield batch
                batch = _Batch()
    except BadFile as error:
        batch.failure = error
    if len(batch) or batch.failure:
        batch.position = position()
        yield batch


def _known_everywhere(record: Notice | Refusal) -> Notice | Refusal:
    """Return a record without the EAN that it gives if that is a till's own number, or refused when
    nothing else identifies it."""
    if isinstance(record, Refusal) or not (record.ean and is_own_number(record.ean)):
        return record
    if record.source_ref:
        record.ean = None
        return record
    why = _("This number means something inside one shop only: it names no title of a catalogue.")
    return Refusal(record.place, record.ean, "own_number", why)


@dataclass(slots=True)
class _Run:
    """One import under way."""

    summary: ImportSummary
    report: RefusalsFile
    batch_size: int
    progress: Progress | None
    stop: Callable[[], bool]
    take_notices: Callable[[list[Notice]], Taken]

    def take(self, document: Document, source: Source, position: Callable[[], int]) -> bool:
        """Take a document, batch by batch; return False when asked to stop before its end."""
        self.summary.formats = list(dict.fromkeys([*self.summary.formats, source.name]))
        for batch in read_ahead(_batches(source.read(document), self.batch_size, position)):
            self._take_batch(batch, document.name)
            if self.stop():
                self.summary.interrupted = True
                return False
            if batch.failure:
                raise batch.failure
        return True

    def _take_batch(self, batch: _Batch, document: str) -> None:
        self.summary.taken += self.take_notices(batch.notices)
        remarks = [remark for notice in batch.notices for remark in notice.remarks]
        said: list[tuple[Refusal | Remark, str]] = [(each, "refused") for each in batch.refusals]
        said += [(each, "remark") for each in remarks]
        for each, status in said:
            cells = (document, each.place, each.reference, each.code, each.reason, status)
            self.report.write(cells)
        self.summary.read += len(batch)
        self.summary.refused += len(batch.refusals)
        self.summary.remarked += len(remarks)
        if self.progress:
            self.progress(batch.position, self.summary.read)


def take_in_spite_of_rivals(notices: list[Notice]) -> Taken:
    """Take a batch; when a stub of one of its EANs was made meanwhile, read again and take it."""
    # Whoever makes a stub (a till's report) does not wait for the catalogue's turn: the unique EAN
    # is what refuses the second row, and the next try finds the first.
    for attempt in range(_TRIES):
        try:
            return take_notices(notices=notices) if notices else Taken()
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError
