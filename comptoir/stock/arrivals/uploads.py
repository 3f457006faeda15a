"""Uploads of a till's file: kept in pieces, read by a job, previewed, then applied or discarded."""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict, DomainError, Invalid
from comptoir.core.spreadsheet import book
from comptoir.core.streams import PIECE_BYTES
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.arrivals.articles import arrange
from comptoir.stock.arrivals.files import HEAD_BYTES, TillFile, format_of, read_file, what_is_known
from comptoir.stock.arrivals.models import Upload, UploadPiece, UploadState
from comptoir.stock.formats import table
from comptoir.stock.formats.columns import NAMES
from comptoir.stock.formats.lines import ReportMode
from comptoir.stock.reports.models import Report, ReportStatus
from comptoir.stock.reports.operations import preview_report

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LARGEST_BYTES = 100_000_000
KEPT = timedelta(days=1)
MOST_UNDECIDED = 20
_SPREADSHEETS = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")
_NOTED_EVERY_SECONDS = 0.5
_UNDER_WAY = (UploadState.WAITING, UploadState.READING)


@transaction.atomic
def begin(
    *,
    shop: Shop,
    actor: Actor,
    file_name: str,
    chunks: Iterable[bytes],
    format: str = "",
    mode: str = "",
    as_of: datetime | None = None,
    written: datetime | None = None,
) -> Upload:
    """Keep a file to be previewed, and queue the job that reads it; no stock changes.

    `format` and `mode` empty: found out. `written` is when the file was last written, `as_of` the
    moment that somebody gives it. `chunks` are here already (a form is received whole before its
    view begins): nothing waits for a slow sender within this transaction.

    Guard: `UPLOAD_FILE`. Locks nothing. Writes: the upload, its pieces, the job. Announces nothing.
    Raises `NotFound`, `Invalid` (`file_too_large` past 100 MB, 30 MB for a spreadsheet;
    `empty_file`), `Conflict` (`too_many_trials`) while twenty of the shop's are undecided.
    """
    shop = in_scope(shop, actor, Verb.UPLOAD_FILE)
    if Upload.objects.filter(shop=shop).count() >= MOST_UNDECIDED:
        text = _("Twenty files wait for a decision: apply, discard or forget one first.")
        raise Conflict("too_many_trials", text)
    upload = Upload.objects.create(
        shop=shop,
        file_name=file_name[-200:].replace("\0", ""),
        format=format,
        mode=mode,
        as_of=as_of,
        written=written,
        language=translation.get_language() or "fr",
        **acted_by(actor),
    )
    most = LARGEST_BYTES
    if file_name.lower().endswith(_SPREADSHEETS):
        most = book.LARGEST_BYTES
    for number, piece in enumerate(_pieces(chunks)):
        upload.size += len(piece)
        if upload.size > most:
            raise _too_large(most)
        UploadPiece.objects.create(upload=upload, number=number, content=piece)
    if not upload.size:
        raise Invalid("empty_file", _("This file is empty: export it from the till again."))
    upload.save(update_fields=["size"])
    _queue_read(upload)
    return upload


def _too_large(most: int) -> Invalid:
    text = _("The file is larger than %(most)s MB: send the shop's stock alone.")
    return Invalid("file_too_large", text % {"most": most // 1_000_000})


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    waiting = b""
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= PIECE_BYTES:
            yield waiting[:PIECE_BYTES]
            waiting = waiting[PIECE_BYTES:]
    if waiting:
        yield waiting


def _queue_read(upload: Upload) -> None:
    """Queue the job with this transaction; those of one upload take turns."""
    task = app.configure_task(
        "comptoir.stock.tasks.read_trial", lock=f"trial.{upload.pk}", queue="trial"
    )
    task.defer(trial_id=upload.pk)


class _Stopped(Exception):
    """Somebody stopped the upload while it was read."""


def read(upload_id: int) -> Upload | None:
    """Read an upload and make its report; done twice, it is done once. Returns None when it is
    gone.

    A file that cannot be read leaves its reason in `problem`. An upload that is stopped meanwhile
    leaves nothing. Its progress (`read_bytes`) is committed as it goes.

    Guard: none; `begin` had it, and its actor acts. Locks nothing. Writes: the upload, and what
    `preview_report` writes. Announces nothing.
    """
    under_way = Upload.objects.filter(pk=upload_id, state__in=_UNDER_WAY)
    if not under_way.update(state=UploadState.READING, read_bytes=0):
        return Upload.objects.filter(pk=upload_id).first()
    upload = under_way.select_related("shop").get()
    with translation.override(upload.language):
        try:
            _read(upload, io.BufferedReader(_KeptFile(upload), PIECE_BYTES))
        except _Stopped:
            pass
        except DomainError as error:
            _fail(upload, str(error))
        except Exception:
            _fail(upload, _t("Something broke on our side while this file was read: tell us."))
            raise
    return Upload.objects.filter(pk=upload_id).first()


def _read(upload: Upload, file: BinaryIO) -> None:
    if not upload.format:
        upload.format = format_of(file.read(HEAD_BYTES), upload.file_name, upload.shop)
        file.seek(0)
    if upload.format == table.FORMAT.code:
        known = what_is_known(upload.shop, upload.format).columns
        if not known.keys() - {table.SHEET}:
            return _ask(upload, file, known.get(table.SHEET, ""))
        try:
            return _preview(upload, file)
        except Invalid as error:
            if error.code not in {"bad_header", "no_such_sheet"}:
                raise
            file.seek(0)
            return _ask(upload, file)
    return _preview(upload, file)


def _ask(upload: Upload, file: BinaryIO, sheet: str = "") -> None:
    """Ask the shop to name the columns of the sheet that it chose, or the likeliest; with a
    guess."""
    guess = asdict(table.guess(file, sheet))
    _note(upload, state=UploadState.ASKING, format=upload.format, columns=guess)


def _preview(upload: Upload, file: BinaryIO) -> None:
    report = preview_report(
        read_file(
            TillFile(
                shop=upload.shop,
                stream=file,
                actor=Actor(ActorKind(upload.actor_kind), upload.actor_id),
                format=upload.format,
                mode=ReportMode(upload.mode) if upload.mode else None,
                as_of=upload.as_of,
                written=upload.written,
                file_name=upload.file_name,
            )
        )
    )
    done = {"state": UploadState.READY, "report": report, "read_bytes": upload.size}
    # Stopped while the report was written: nobody would ever decide it.
    if not _note(upload, format=upload.format, **done):
        report.delete()


def _fail(upload: Upload, problem: str) -> None:
    _note(upload, state=UploadState.FAILED, problem=problem[:1000])


def _note(upload: Upload, **values: object) -> bool:
    """Note how far an upload is; return False when it was stopped, or is to be read again."""
    # By its state: whoever stopped it, or asked to have it read again, is not overwritten.
    reading = Upload.objects.filter(pk=upload.pk, state=UploadState.READING)
    return reading.update(**values) > 0


class _KeptFile(io.RawIOBase):
    """An upload's file, read from its pieces as it is asked for, a piece of it in memory at a time.

    It may be sought in. Now and then it notes how far it is read, and ends by `_Stopped` when the
    upload was stopped meanwhile.
    """

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self._at = 0
        self._piece: tuple[int, bytes] = (-1, b"")
        self._noted = monotonic()

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._upload.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill a buffer as far as the piece at this place goes; 0 at the end."""
        target = memoryview(buffer).cast("B")
        number, start = divmod(self._at, PIECE_BYTES)
        data = self._content(number)[start : start + len(target)]
        target[: len(data)] = data
        self._at += len(data)
        if not data or monotonic() - self._noted >= _NOTED_EVERY_SECONDS:
            self._noted = monotonic()
            if not _note(self._upload, read_bytes=self._at):
                raise _Stopped
        return len(data)

    def _content(self, number: int) -> bytes:
        if self._piece[0] != number:
            pieces = UploadPiece.objects.filter(upload=self._upload, number=number)
            self._piece = number, bytes(pieces.values_list("content", flat=True).first() or b"")
        return self._piece[1]


@transaction.atomic
def stop(upload: Upload, *, actor: Actor) -> None:
    """Stop an upload that has no report yet, and forget its file. One that is gone is left so.

    Whoever reads it at this moment notices within a second, and keeps nothing.

    Guard: `UPLOAD_FILE`. Locks: the upload. Writes: it is removed. Announces nothing. Raises
    `NotFound` for another shop's, `Conflict` (`already_read`).
    """
    in_scope(upload.shop, actor, Verb.UPLOAD_FILE)
    found = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if found is None:
        return
    if found.report_id is not None:
        raise Conflict(
            "already_read", _("This file has been read: apply it or discard it on its page.")
        )
    found.delete()


@transaction.atomic
def read_again(
    upload: Upload,
    *,
    actor: Actor,
    format: str = "",
    mode: str = "",
    as_of: datetime | None = None,
) -> Upload:
    """Read an upload's file again, as another format or mode or of another moment.

    Its report, undecided, is forgotten.

    Guard: `UPLOAD_FILE`. Locks: the report, then the upload. Writes: the upload, the job; the
    report is removed. Announces nothing. Raises `NotFound` for another shop's, `Conflict`
    (`already_decided`) once the report was applied or discarded.
    """
    in_scope(upload.shop, actor, Verb.UPLOAD_FILE)
    found, old = _locked(upload)
    found.report = None
    found.format, found.mode, found.as_of = format, mode, as_of
    found.state, found.problem, found.columns = UploadState.WAITING, "", {}
    found.actor_kind, found.actor_id = actor.kind.value, actor.id
    found.save()
    if old is not None:
        old.delete()
    _queue_read(found)
    return found


def _locked(upload: Upload) -> tuple[Upload, Report | None]:
    """Return an upload and its undecided report, both under lock. Raises `Conflict`."""
    # The report first, as `apply_report` does, which ends by removing the upload: the other way
    # round each would wait for what the other has. So its key is read without a lock, and checked
    # after.
    seen = Upload.objects.filter(pk=upload.pk).values_list("report", flat=True).first()
    report = Report.objects.select_for_update().filter(pk=seen).first() if seen else None
    found = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    undecided = report is None or report.status in (ReportStatus.PREVIEWED, ReportStatus.REFUSED)
    # A report that was decided or erased took its upload with it; one that somebody else has had
    # read again has another report.
    if found is None or found.report_id != (report.pk if report else None) or not undecided:
        raise Conflict("already_decided", _("This file has been applied or discarded already."))
    return found, report


@transaction.atomic
def name_columns(upload: Upload, columns: Mapping[str, str], *, actor: Actor) -> Upload:
    """Remember the columns of this shop's tables (ours → the table's), and read the file again.

    `table.SHEET` among them is a sheet of a spreadsheet of several. Another one than that which was
    looked at is chosen from now on, and its columns are asked for.

    Guard: `DESCRIBE_TILL`, `UPLOAD_FILE`. Locks: the feed, the report, the upload. Writes: the
    feed, and what `read_again` writes. Announces nothing. Raises what `read_again` raises,
    `Invalid` (`columns_unknown`) without a column for the quantity and one for the EAN or the
    till's own reference, or when two are the same.
    """
    sheet = columns.get(table.SHEET, "")
    if sheet and sheet != upload.columns.get(table.SHEET):
        return _arrange_and_read(upload, {table.SHEET: sheet}, actor)
    known = what_is_known(upload.shop, table.FORMAT.code).columns
    chosen = {name: known[name] for name in known.keys() & {table.SHEET}}
    named = {ours: title for ours, title in columns.items() if ours in NAMES and title}
    if "quantity" not in named or not {"ean", "item"} & named.keys():
        text = _("Say which column holds the EAN and which the quantity.")
        raise Invalid("columns_unknown", text)
    if len(set(named.values())) < len(named):
        raise Invalid("columns_unknown", _("Each column can be one thing only."))
    return _arrange_and_read(upload, named | chosen, actor)


@transaction.atomic
def ask_columns(upload: Upload, *, actor: Actor) -> Upload:
    """Forget the columns of this shop's tables and ask for them again; the rest as
    `name_columns`."""
    return _arrange_and_read(upload, {}, actor)


def _arrange_and_read(upload: Upload, columns: Mapping[str, str], actor: Actor) -> Upload:
    in_scope(upload.shop, actor, Verb.UPLOAD_FILE)
    # Before the feed's row: whoever applies the report takes them in this order.
    _locked(upload)
    code = table.FORMAT.code
    arrange(shop=upload.shop, format=code, columns=columns, actor=actor)
    return read_again(upload, actor=actor, format=code, mode=upload.mode, as_of=upload.as_of)


def erase_abandoned(*, now: datetime) -> int:
    """Forget uploads, and previewed reports, that nobody decided within a day.

    Returns how many reports these were. What somebody decides at this moment is left to them.

    Guard: none, the system's own. Locks: the reports by primary key, but for those somebody else
    has; then the uploads. Announces nothing.
    """
    before = now - KEPT
    with transaction.atomic():
        reports = Report.objects.filter(pk__in=_lock_abandoned(before))
        _all, gone = reports.delete()
        Upload.objects.filter(created_at__lt=before).delete()
    return gone.get(Report._meta.label, 0)


def _lock_abandoned(before: datetime) -> list[int]:
    reports = Report.objects.filter(status=ReportStatus.PREVIEWED, received_at__lt=before)
    # Whoever decides a report has it locked, and will remove its upload: to wait for them would
    # close a circle with the uploads that are locked next.
    reports = reports.select_for_update(skip_locked=True).order_by("pk")
    return list(reports.values_list("pk", flat=True))


def recent(*, shop: Shop) -> Iterable[Upload]:
    """Return a shop's uploads that are not decided, newest first."""
    since = timezone.now() - KEPT
    return (
        Upload.objects.filter(shop=shop, created_at__gte=since)
        .exclude(
            report__status__in=[ReportStatus.APPLIED, ReportStatus.DISCARDED, ReportStatus.OUTDATED]
        )
        .select_related("report")
        .order_by("-pk")
    )
