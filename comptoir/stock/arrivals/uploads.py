"""Trying out a till's file: kept in pieces, read by a job, looked at, then applied or discarded."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import BinaryIO, cast

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.core.errors import Conflict, DomainError, Invalid
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import in_scope
from comptoir.stock.arrivals.articles import arrange
from comptoir.stock.arrivals.files import HEAD_BYTES, format_of, preview_file, what_is_known
from comptoir.stock.arrivals.models import Trial, TrialPiece, TrialState
from comptoir.stock.formats import spreadsheet, table
from comptoir.stock.formats.lines import TellingMode
from comptoir.stock.reports.models import FeedRun, RunStatus

LARGEST_BYTES = 100_000_000
KEPT = timedelta(days=1)
MOST_UNDECIDED = 20
_SPREADSHEETS = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")
_PIECE_BYTES = 256 * 1024
_SPOOLED_BYTES = 8 * 1024 * 1024
_TOLD_EVERY_SECONDS = 0.5
_UNDER_WAY = (TrialState.WAITING, TrialState.READING)


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
) -> Trial:
    """Keep a file to be tried out, and have a job read it; nothing of the stock changes.

    `format` and `mode` empty: found out. `written` is when the file was last written, `as_of` the
    moment that somebody gives it. `chunks` are here already (a form is received whole before its
    view runs): nothing waits for a slow sender within this transaction. Raises `Invalid`:
    `file_too_large` past 100 MB (a spreadsheet: 30 MB), `empty_file`; `Conflict`
    (`too_many_trials`) while twenty of the shop's are undecided.
    """
    if Trial.objects.filter(shop=shop).count() >= MOST_UNDECIDED:
        text = _("Twenty files wait for a decision: apply, discard or forget one first.")
        raise Conflict("too_many_trials", text)
    trial = Trial.objects.create(
        shop=shop,
        file_name=file_name[-200:].replace("\0", ""),
        format=format,
        mode=mode,
        as_of=as_of,
        written=written,
        language=translation.get_language() or "fr",
        actor_kind=actor.kind.value,
        actor_id=actor.id,
    )
    most = LARGEST_BYTES
    if file_name.lower().endswith(_SPREADSHEETS):
        most = spreadsheet.LARGEST_BYTES
    for number, piece in enumerate(_pieces(chunks)):
        trial.size += len(piece)
        if trial.size > most:
            raise _too_large(most)
        TrialPiece.objects.create(trial=trial, number=number, content=piece)
    if not trial.size:
        raise Invalid("empty_file", _("This file is empty: export it from the till again."))
    trial.save(update_fields=["size"])
    _have_read(trial)
    return trial


def _too_large(most: int) -> Invalid:
    text = _("The file is larger than %(most)s MB: send the shop's stock alone.")
    return Invalid("file_too_large", text % {"most": most // 1_000_000})


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    waiting = b""
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= _PIECE_BYTES:
            yield waiting[:_PIECE_BYTES]
            waiting = waiting[_PIECE_BYTES:]
    if waiting:
        yield waiting


def _have_read(trial: Trial) -> None:
    """Queue the job with this transaction; a job that waits already does for both."""
    task = app.configure_task(
        "comptoir.stock.tasks.read_trial", lock=f"trial.{trial.pk}", queue="trial"
    )
    task.defer(trial_id=trial.pk)


class _Stopped(Exception):
    """Somebody stopped the trial while it was read."""


def read(trial_id: int) -> Trial | None:
    """Read a trial and make its run; done twice, it is done once. Returns None when it is gone.

    What its file is not is told in `problem`. A trial that is stopped meanwhile leaves nothing. Its
    progress (`read_bytes`) is committed as it goes.
    """
    under_way = Trial.objects.filter(pk=trial_id, state__in=_UNDER_WAY)
    if not under_way.update(state=TrialState.READING, read_bytes=0):
        return Trial.objects.filter(pk=trial_id).first()
    trial = under_way.select_related("shop").get()
    with translation.override(trial.language), _spooled(trial) as file:
        try:
            _read(trial, file)
        except _Stopped:
            pass
        except DomainError as error:
            _fail(trial, str(error))
        except Exception:
            _fail(trial, _t("Something broke on our side while this file was read: tell us."))
            raise
    return Trial.objects.filter(pk=trial_id).first()


def _read(trial: Trial, file: BinaryIO) -> None:
    if not trial.format:
        trial.format = format_of(file.read(HEAD_BYTES), trial.file_name)
        file.seek(0)
    if trial.format == table.FORMAT.code:
        if not what_is_known(trial.shop, trial.format).columns:
            return _ask(trial, file)
        try:
            return _preview(trial, file)
        except Invalid as error:
            if error.code != "bad_header":
                raise
            file.seek(0)
            return _ask(trial, file)
    return _preview(trial, file)


def _ask(trial: Trial, file: BinaryIO) -> None:
    """Leave it to the shop to name the columns, with what they seem to be."""
    guess = asdict(table.guess(file))
    _tell(trial, state=TrialState.ASKING, format=trial.format, columns=guess)


def _preview(trial: Trial, file: BinaryIO) -> None:
    run = preview_file(
        shop=trial.shop,
        stream=file,
        actor=Actor(ActorKind(trial.actor_kind), trial.actor_id),
        format=trial.format,
        mode=TellingMode(trial.mode) if trial.mode else None,
        as_of=trial.as_of,
        written=trial.written,
        file_name=trial.file_name,
    )
    done = {"state": TrialState.READY, "run": run, "read_bytes": trial.size}
    if not _tell(trial, format=trial.format, **done):
        run.delete()


def _fail(trial: Trial, problem: str) -> None:
    _tell(trial, state=TrialState.FAILED, problem=problem[:1000])


def _tell(trial: Trial, **values: object) -> bool:
    """Write down how far a trial is; False when it was stopped or is gone."""
    reading = Trial.objects.filter(pk=trial.pk, state=TrialState.READING)
    return reading.update(**values) > 0


@contextmanager
def _spooled(trial: Trial) -> Iterator[BinaryIO]:
    """Give a trial's file, and note how far it has been read; it may be sought in."""
    with SpooledTemporaryFile(max_size=_SPOOLED_BYTES) as spool:
        pieces = TrialPiece.objects.filter(trial=trial).order_by("number")
        for content in pieces.values_list("content", flat=True).iterator(chunk_size=8):
            spool.write(content)
        spool.seek(0)
        yield cast(BinaryIO, _Watched(spool, lambda at: _tell(trial, read_bytes=at)))


class _Watched(io.RawIOBase):
    """A file that tells now and then how far it is read, and ends by `_Stopped` when told to."""

    def __init__(self, file: SpooledTemporaryFile[bytes], tell: Callable[[int], bool]) -> None:
        self._file = file
        self._tell = tell
        self._told = monotonic()

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes."""
        data = self._file.read(-1 if size is None else size)
        if not data or monotonic() - self._told >= _TOLD_EVERY_SECONDS:
            self._told = monotonic()
            if not self._tell(self._file.tell()):
                raise _Stopped
        return data


@transaction.atomic
def stop(trial: Trial, *, actor: Actor) -> None:
    """Stop a trial, read or not: its file is forgotten, and its run too unless it was decided.

    Whoever reads it at this moment notices within a second, and keeps nothing.
    """
    found = Trial.objects.visible_to(actor).select_for_update().filter(pk=trial.pk).first()
    if found is None:
        return
    if found.run_id is not None:
        raise Conflict(
            "already_read", _("This file has been read: apply it or discard it on its page.")
        )
    found.delete()


@transaction.atomic
def read_again(
    trial: Trial,
    *,
    actor: Actor,
    format: str = "",
    mode: str = "",
    as_of: datetime | None = None,
) -> Trial:
    """Read a trial's file again, told otherwise what it is. Its run, undecided, is forgotten.

    Raises `NotFound` for another shop's, `Conflict` (`already_decided`) once the run was applied or
    discarded.
    """
    in_scope(trial.shop, actor)
    found, old = _locked(trial)
    found.run = None
    found.format, found.mode, found.as_of = format, mode, as_of
    found.state, found.problem, found.columns = TrialState.WAITING, "", {}
    found.actor_kind, found.actor_id = actor.kind.value, actor.id
    found.save()
    if old is not None:
        old.delete()
    _have_read(found)
    return found


def _locked(trial: Trial) -> tuple[Trial, FeedRun | None]:
    """Lock a trial and its run, which nobody has decided, in the order of whoever decides it."""
    seen = Trial.objects.filter(pk=trial.pk).values_list("run", flat=True).first()
    run = FeedRun.objects.select_for_update().filter(pk=seen).first() if seen else None
    found = Trial.objects.select_for_update().filter(pk=trial.pk).first()
    undecided = run is None or run.status in (RunStatus.PREVIEWED, RunStatus.REFUSED)
    # Decided or erased, its trial went with it; read again by another, it has another run.
    if found is None or found.run_id != (run.pk if run else None) or not undecided:
        raise Conflict("already_decided", _("This file has been applied or discarded already."))
    return found, run


@transaction.atomic
def name_columns(trial: Trial, columns: Mapping[str, str], *, actor: Actor) -> Trial:
    """Remember the columns of this shop's tables (ours → the table's), and read the file again.

    Raises `Invalid` (`columns_unknown`) without a column for the quantity and one for the EAN or
    the till's own reference, or when two are the same.
    """
    named = {ours: title for ours, title in columns.items() if ours in table.NAMES and title}
    if "quantity" not in named or not {"ean", "item"} & named.keys():
        text = _("Say which column holds the EAN and which the quantity.")
        raise Invalid("columns_unknown", text)
    if len(set(named.values())) < len(named):
        raise Invalid("columns_unknown", _("Each column can be one thing only."))
    arrange(shop=trial.shop, format=table.FORMAT.code, columns=named, actor=actor)
    code = table.FORMAT.code
    return read_again(trial, actor=actor, format=code, mode=trial.mode, as_of=trial.as_of)


@transaction.atomic
def ask_columns(trial: Trial, *, actor: Actor) -> Trial:
    """Forget the columns of this shop's tables and ask for them again; otherwise `read_again`."""
    arrange(shop=trial.shop, format=table.FORMAT.code, columns={}, actor=actor)
    code = table.FORMAT.code
    return read_again(trial, actor=actor, format=code, mode=trial.mode, as_of=trial.as_of)


def erase_abandoned(*, now: datetime) -> int:
    """Forget trials, and runs only looked at, that nobody decided within a day; return how many.

    What somebody decides at this moment is left to them.
    """
    before = now - KEPT
    with transaction.atomic():
        runs = FeedRun.objects.filter(pk__in=_lock_abandoned(before))
        _all, gone = runs.delete()
        Trial.objects.filter(created_at__lt=before).delete()
    return gone.get(FeedRun._meta.label, 0)


def _lock_abandoned(before: datetime) -> list[int]:
    runs = FeedRun.objects.filter(status=RunStatus.PREVIEWED, received_at__lt=before)
    runs = runs.select_for_update(skip_locked=True).order_by("pk")
    return list(runs.values_list("pk", flat=True))


def recent(*, shop: Shop) -> Iterable[Trial]:
    """Return a shop's trials that are not decided, newest first."""
    since = timezone.now() - KEPT
    return (
        Trial.objects.filter(shop=shop, created_at__gte=since)
        .exclude(run__status__in=[RunStatus.APPLIED, RunStatus.DISCARDED, RunStatus.OUTDATED])
        .select_related("run")
        .order_by("-pk")
    )
