"""The addresses that are asked for a shop's stock, on a schedule."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.core.errors import DomainError, Invalid, Message, NotFound
from comptoir.core.exits import voice
from comptoir.core.gate import Answer, Unreachable, ask, check_typed
from comptoir.core.streams import MAGIC, gunzipped
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.arrivals.files import HEAD_BYTES, TillFile, format_of, read_file
from comptoir.stock.arrivals.models import LEAST_MINUTES, MOST_MINUTES, FeedPull, PullKind
from comptoir.stock.arrivals.passculture import pull_provider
from comptoir.stock.formats import FILES
from comptoir.stock.formats.lines import ReportMode
from comptoir.stock.formats.text import LARGEST_BYTES
from comptoir.stock.reports.models import Report
from comptoir.stock.reports.operations import take_report

SECONDS = 300.0
REDIRECTS = 3
FULL_EVERY = timedelta(hours=24)
"""How often a provider is asked for everything: a change that it forgot to date comes then."""
LONGEST_WAIT = timedelta(hours=6)
_FIRST_WAIT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was fetched, unpacked and open at its start; `written` is when, or None."""

    file: BinaryIO
    digest: str
    written: datetime | None
    etag: str
    last_modified: str


@transaction.atomic
def set_pull(
    *,
    shop: Shop,
    url: str,
    actor: Actor,
    every_minutes: int,
    kind: PullKind | str = PullKind.FILE,
    format: str = "",
    mode: str = "",
    user: str = "",
    password: str = "",
) -> FeedPull:
    """Enter an address to be asked for a shop's stock, or change how it is asked; it is due at
    once.

    `user` and `password` are for servers that ask for them (Basic), a password alone for those that
    ask for a token (Bearer).

    Guard: `LINK_TILL`. Locks: the shop, the pull. Writes: the pull. Announces nothing. Raises
    `NotFound`, `Forbidden`, `Invalid` (`bad_url`, `bad_format`, `bad_mode`, `bad_interval`,
    `bad_secret`).
    """
    in_scope(shop, actor, Verb.LINK_TILL)
    check_typed(url)  # it may take a moment: before the lock
    shop = in_scope(shop, actor, Verb.LINK_TILL, lock=True)
    _check(every_minutes, format, mode, user, password)
    pull, _made = FeedPull.objects.update_or_create(
        shop=shop,
        url=url,
        defaults={
            "kind": PullKind(kind),
            "format": format,
            "mode": mode,
            "every_minutes": every_minutes,
            "user": user,
            "password": password,
            "etag": "",
            "last_modified": "",
            "next_at": timezone.now(),
            # A job that asks at this moment still asks in the old way: by this, `_claimed` no
            # longer finds the pull, and what that job learns is not noted.
            "tried_at": None,
        },
    )
    return pull


@transaction.atomic
def end_pull(*, shop: Shop, url: str, actor: Actor) -> None:
    """Ask an address no more; what it reported stays.

    Guard: `LINK_TILL`. Locks: the shop. Writes: the pull is removed. Announces nothing. Raises
    `NotFound` (also `no_such_pull`), `Forbidden`.
    """
    gone, _each = FeedPull.objects.filter(
        shop=in_scope(shop, actor, Verb.LINK_TILL, lock=True), url=url
    ).delete()
    if not gone:
        raise NotFound("no_such_pull", _("This address is not asked for this shop."))


def pulls_of(shop: Shop, actor: Actor) -> list[FeedPull]:
    """Return the addresses asked for a shop. Raises `NotFound`."""
    return list(
        FeedPull.objects.filter(shop=in_scope(shop, actor, Verb.READ_COUNTER)).order_by("pk")
    )


def due(now: datetime) -> list[int]:
    """Return the keys of the pulls whose time has come, the longest waiting first; none while this
    installation is quiet."""
    if voice.silence():
        return []
    found = FeedPull.objects.filter(next_at__lte=now).order_by("next_at", "pk")
    return list(found.values_list("pk", flat=True))


def pull(pull_id: int, now: datetime) -> Report | None:
    """Ask one address, if it is (still) due, and apply what it gives; return the report, if any.

    Whatever fails is noted and asked again later, with growing patience; an answer “unchanged”
    changes nothing. Of two jobs at once one asks; one that comes to its end after another has
    begun, or after the address was changed, notes nothing. A fault of ours is noted likewise, then
    raised. While this installation is quiet nobody is asked, and nothing noted.

    Acts as the system. Locks: the pull, in a transaction of its own before the network is asked,
    then what `take_report` locks. Writes and announces as `take_report`, and how it went on the
    pull.
    """
    one = None if voice.silence() else _claim(pull_id, now)
    if one is None:
        return None
    try:
        report = (
            _pull_provider(one, now) if one.kind == PullKind.PASS_CULTURE else _pull_file(one, now)
        )
    except DomainError as error:
        _note_failure(one, error.message, now)
        return None
    except Exception:
        text = _("Something broke on our side while this file was read: tell us.")
        _note_failure(one, text, now)
        raise
    _claimed(one).update(
        failures=0,
        trouble="",
        told_at=now,
        etag=one.etag,
        last_modified=one.last_modified,
        full_at=one.full_at,
    )
    return report


@transaction.atomic
def _claim(pull_id: int, now: datetime) -> FeedPull | None:
    """Return the pull if it is still due, and set when it is due again: nobody else asks it now."""
    # Committed before the network is asked: no lock is held meanwhile, and the next job, or one
    # that waited for this row, finds it no longer due.
    found = FeedPull.objects.select_for_update().filter(pk=pull_id, next_at__lte=now).first()
    if found is not None:
        found.next_at = now + timedelta(minutes=found.every_minutes)
        found.tried_at = now
        found.save(update_fields=["next_at", "tried_at"])
    return found


def _claimed(one: FeedPull) -> QuerySet[FeedPull]:
    """Return the pull unless it was claimed or changed since: `tried_at` is the mark of a claim."""
    return FeedPull.objects.filter(pk=one.pk, tried_at=one.tried_at)


def _note_failure(one: FeedPull, trouble: Message, now: datetime) -> None:
    wait = min(_FIRST_WAIT * 2 ** min(one.failures, 12), LONGEST_WAIT)
    _claimed(one).update(
        failures=F("failures") + 1,
        trouble=str(trouble)[:300],
        next_at=now + max(wait, timedelta(minutes=one.every_minutes)),
    )


def _pull_provider(one: FeedPull, now: datetime) -> Report:
    everything = one.full_at is None or one.told_at is None or one.full_at <= now - FULL_EVERY
    report = pull_provider(
        shop=one.shop,
        url=one.url,
        actor=SYSTEM,
        since=None if everything else one.told_at,
        authorization=_authorization(one),
    )
    if everything:
        one.full_at = now
    return report


def _pull_file(one: FeedPull, now: datetime) -> Report | None:
    """Fetch a file unless it is unchanged, and apply it once.

    Its key is made of its content and the moment that the server gives it. Without one, a snapshot
    is true as of now, each time; a delta or sales with the same content are the same file.
    """
    with _fetched(one) as found:
        if found is None:
            return None
        head = found.file.read(HEAD_BYTES)
        found.file.seek(0)
        name = PurePosixPath(unquote(urlsplit(one.url).path)).name
        code = one.format or format_of(head, name, one.shop)
        mode = one.mode or FILES[code].modes[0]
        moment = found.last_modified or (str(now) if mode == ReportMode.SNAPSHOT else "")
        report = take_report(
            read_file(
                TillFile(
                    shop=one.shop,
                    stream=found.file,
                    actor=SYSTEM,
                    format=code,
                    mode=one.mode or None,
                    written=found.written or now,
                    file_name=name,
                    key=sha256(f"{one.url}\n{found.digest}\n{moment}".encode()).hexdigest(),
                )
            )
        )
    one.etag, one.last_modified = found.etag, found.last_modified
    return report


@contextmanager
def _fetched(one: FeedPull) -> Iterator[Fetched | None]:
    """Give the file of an address, None when it is unchanged. Raises `Unreachable`, `Invalid`."""
    asked = {
        "Accept-Encoding": "gzip",
        "Authorization": _authorization(one),
        "If-None-Match": one.etag,
        "If-Modified-Since": one.last_modified,
    }
    headers = {name: value for name, value in asked.items() if value}
    with (
        ask(
            one.url, headers=headers, seconds=SECONDS, largest=LARGEST_BYTES, redirects=REDIRECTS
        ) as answer,
        TemporaryFile() as file,
    ):
        if answer.status == 304:
            yield None
            return
        if answer.status != 200:
            message = _("%(url)s refuses to give the file: check the address and the password.")
            raise Unreachable("refused", message, one.url)
        digest = sha256()
        for piece in _unpacked(answer):
            digest.update(piece)
            file.write(piece)
        file.seek(0)
        last_modified = answer.headers.get("last-modified", "")[:100]
        yield Fetched(
            file=file,
            digest=digest.hexdigest(),
            written=_moment(last_modified),
            etag=answer.headers.get("etag", "")[:300],
            last_modified=last_modified,
        )


def _unpacked(answer: Answer) -> Iterable[bytes]:
    """Return the pieces of an answer, unpacked if they are a gzip, whatever its headers say."""
    first = next(answer.pieces, b"")
    pieces = _chained(first, answer.pieces)
    return gunzipped(pieces, LARGEST_BYTES) if first.startswith(MAGIC) else pieces


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _moment(last_modified: str) -> datetime | None:
    """Return the moment of an HTTP date, None if it is none; one without a zone is in UTC."""
    try:
        found = parsedate_to_datetime(last_modified)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _authorization(one: FeedPull) -> str:
    if not one.user:
        return f"Bearer {one.password}" if one.password else ""
    return "Basic " + b64encode(f"{one.user}:{one.password}".encode()).decode("ascii")


def _check(every_minutes: int, format: str, mode: str, user: str, password: str) -> None:
    if not LEAST_MINUTES <= every_minutes <= MOST_MINUTES:
        message = _("Ask every 5 minutes at most, and once a week at least.")
        raise Invalid("bad_interval", message, field="every_minutes")
    if format and format not in FILES:
        raise Invalid("bad_format", _("There are no files of this format."), format=format)
    modes = FILES[format].modes if format else tuple(ReportMode)
    if mode and mode not in modes:
        raise Invalid("bad_mode", _("A file of this format cannot be that."), mode=mode)
    text, long = user + password, max(len(user), len(password)) > 200
    if not text.isprintable() or ":" in user or long or not (user or _is_latin(password)):
        message = _("This name or password cannot be sent: copy it again.")
        raise Invalid("bad_secret", message, field="password")


def _is_latin(token: str) -> bool:
    """Return whether a header can hold a token as it is; names and passwords go in base64."""
    try:
        token.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True
