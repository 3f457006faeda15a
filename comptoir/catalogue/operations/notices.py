"""Notices taken into the catalogue, a batch at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from comptoir.catalogue.operations.plan import Entry, Planner, Verdict
from comptoir.catalogue.sources.notice import CONTENT, Notice
from comptoir.catalogue.sources.text import PARIS
from comptoir.core import outbox
from comptoir.core.db import execute, fetch
from comptoir.core.locks import Space, lock
from comptoir.core.models import OutboxEntry

_PRODUCT = ("id", "ean", "source", "source_ref", "state", *CONTENT, "notice_at", "notice_order")
_COLUMNS = ", ".join((*_PRODUCT, "digest"))
_COLUMN_TYPES = {
    "ean": "varchar",
    "source": "varchar",
    "source_ref": "varchar",
    "state": "varchar",
    "notice_at": "timestamptz",
    "notice_order": "bigint",
    "digest": "bytea",
}
_content = attrgetter(*CONTENT)
_ATTRIBUTES = {"notice_at": "at", "notice_order": "order"}
"""What an `Entry` calls a column by another name."""


_TOLD: list[Callable[[Sequence[Notice]], None]] = []


def have_told(hear: Callable[[Sequence[Notice]], None]) -> None:
    """Have a package above hear of each batch of notices, in the transaction that takes it, for
    what they say that no product keeps. Called as the program starts."""
    if hear not in _TOLD:
        _TOLD.append(hear)


@dataclass(slots=True)
class Taken:
    """How many notices did what: new, changed, unchanged, withdrawn, older than what is known."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    outdated: int = 0

    def __iadd__(self, other: "Taken") -> "Taken":
        for each in fields(Taken):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        return self


@transaction.atomic
def take_notices(*, notices: Sequence[Notice], today: date | None = None) -> Taken:
    """Bring the products of these notices up to the newest of each; all of them, or none.

    A notice with nothing new changes nothing: no outbox entry, no `updated_at`, at most the date of
    the notice. An older one never overwrites a newer. A withdrawal keeps what is known of the
    product and its orders. Of a price in steps the one of `today` (in Paris; now, unless told)
    counts, and those to come are kept for their day. Made for a thousand notices or two: the round
    trips are the same for one.

    Guard: none, a step of imports. Locks: the catalogue's turn, so imports wait for each other.
    Writes: products, their contributors, their coming prices; tells the packages above
    (`have_told`). Announces: the products that changed. Raises `IntegrityError` when a stub of one
    of the EANs was made meanwhile.
    """
    day = today or timezone.localdate(timezone=PARIS)
    lock(Space.CATALOGUE)
    planner = _planned(notices, day)
    _apply(planner.plan.entries, planner.plan.replaced, day)
    for hear in _TOLD:
        hear(notices)
    return _counted(planner)


def foresee_notices(notices: Sequence[Notice]) -> Taken:
    """Return what `take_notices` would do to the catalogue as it is; reads only, and locks nothing.

    A product that an earlier batch would have made is still new to this one.
    """
    return _counted(_planned(notices, timezone.localdate(timezone=PARIS)))


def _planned(notices: Sequence[Notice], today: date) -> Planner:
    for notice in notices:
        notice.set_price(today)
    _keep_prices([notice for notice in notices if notice.is_price_unread])
    planner = Planner(_known(notices))
    for notice in notices:
        planner.take(notice)
    return planner


def _keep_prices(notices: Sequence[Notice]) -> None:
    """Give to notices whose price could not be read the one that is known of their products."""
    if not notices:
        return
    entries = {entry.id: entry for entry in _known(notices)}
    rows = fetch(
        "SELECT id, list_price_cents FROM catalogue_product WHERE id = ANY(%s)", [list(entries)]
    )
    prices: dict[str | tuple[str, str] | None, int | None] = {}
    for key, cents in rows:
        entry = entries[key]
        names = [entry.ean, (entry.source, entry.source_ref) if entry.source_ref else None]
        prices |= dict.fromkeys(filter(None, names), cents)
    for notice in notices:
        by_ref = (notice.source, notice.source_ref)
        notice.list_price_cents = prices[by_ref] if by_ref in prices else prices.get(notice.ean)


def _counted(planner: Planner) -> Taken:
    counts = planner.plan.verdicts
    return Taken(**{verdict.value: counts[verdict] for verdict in Verdict})


def _known(notices: Iterable[Notice]) -> list[Entry]:
    eans = sorted({notice.ean for notice in notices if notice.ean})
    named = {(notice.source, notice.source_ref) for notice in notices if notice.source_ref}
    sql = (
        "SELECT id, ean, source, source_ref, state, notice_at, notice_order, digest"
        " FROM catalogue_product WHERE ean = ANY(%s::varchar[])"
    )
    params: list[Any] = [eans]
    if named:
        sql += (
            " UNION SELECT id, ean, p.source, p.source_ref, state, notice_at, notice_order, digest"
            " FROM catalogue_product p JOIN unnest(%s::varchar[], %s::varchar[])"
            " AS named (source, source_ref) ON p.source = named.source"
            " AND p.source_ref = named.source_ref AND p.source_ref <> ''"
        )
        sources, refs = zip(*sorted(named), strict=True)
        params += [list(sources), list(refs)]
    return [
        Entry(key, ean, source, ref, state, at, order, bytes(digest) if digest else None)
        for key, ean, source, ref, state, at, order, digest in fetch(sql, params)
    ]


def _apply(entries: Iterable[Entry], replaced: Sequence[Entry], today: date) -> None:
    inserted: list[Entry] = []
    updated: list[Entry] = []
    withdrawn: list[Entry] = []
    moved: list[Entry] = []
    for entry in entries:
        if entry.id is None:
            inserted.append(entry)
        elif entry.notice is not None:
            updated.append(entry)
        elif entry.moved:
            moved.append(entry)
        if entry.id is not None and entry.withdrawal:
            withdrawn.append(entry)
    _replace(replaced)
    _update(updated)
    _insert(inserted)
    _write_coming_prices([*updated, *inserted], today)
    _touch(moved)
    _withdraw(withdrawn)
    changed = (*inserted, *updated, *withdrawn, *replaced)
    outbox.publish(OutboxEntry.Topic.PRODUCT, [entry.id for entry in changed if entry.id])


def _replace(replaced: Sequence[Entry]) -> None:
    """Withdraw products whose identity went to another one, keeping their row for its orders."""
    if replaced:
        execute(
            "UPDATE catalogue_product SET state = CASE title WHEN '' THEN 'unknown' ELSE"
            " 'withdrawn' END, source = 'replaced', source_ref = id::text,"
            " updated_at = statement_timestamp() WHERE id = ANY(%s)",
            [[entry.id for entry in replaced]],
        )


def _insert(entries: list[Entry]) -> None:
    if not entries:
        return
    # In the order of `stub_products`, which takes no turn: else the two could wait in a circle.
    entries.sort(key=lambda entry: entry.ean or "")
    keys = fetch(
        "SELECT nextval(pg_get_serial_sequence('catalogue_product', 'id'))"
        " FROM generate_series(1, %s)",
        [len(entries)],
    )
    for entry, (key,) in zip(entries, keys, strict=True):
        entry.id = key
    _copy(f"COPY catalogue_product ({_COLUMNS}) FROM STDIN", map(_row, entries))
    _write_credits(entries)


def _update(entries: list[Entry]) -> None:
    if not entries:
        return
    # COPY into a temporary table and one UPDATE: COPY itself only inserts.
    execute(
        "CREATE TEMP TABLE IF NOT EXISTS catalogue_told ON COMMIT DELETE ROWS"  # noqa: S608
        f" AS SELECT {_COLUMNS} FROM catalogue_product WITH NO DATA"
    )
    execute("TRUNCATE catalogue_told")
    _copy(f"COPY catalogue_told ({_COLUMNS}) FROM STDIN", map(_row, entries))
    assignments = ", ".join(f"{name} = newest.{name}" for name in (*_PRODUCT[1:], "digest"))
    execute(
        f"UPDATE catalogue_product p SET {assignments}, updated_at = statement_timestamp()"  # noqa: S608
        " FROM catalogue_told newest WHERE p.id = newest.id"
    )
    keys = [entry.id for entry in entries]
    execute("DELETE FROM catalogue_contributor WHERE product_id = ANY(%s)", [keys])
    # A notice whose price could not be read leaves what was announced as it leaves the price.
    read = [entry.id for entry in entries if entry.notice and not entry.notice.is_price_unread]
    execute("DELETE FROM catalogue_comingprice WHERE product_id = ANY(%s)", [read])
    _write_credits(entries)


def _touch(entries: list[Entry]) -> None:
    """Move the date of products whose notice changed nothing, and the identity of those joined."""
    _set(entries, "notice_at", "notice_order", "ean", "source", "source_ref")


def _withdraw(entries: list[Entry]) -> None:
    """Withdraw products: they have changed."""
    _set(entries, "state", "notice_at", "notice_order", "digest", changed=True)


def _set(entries: list[Entry], *names: str, changed: bool = False) -> None:
    """Write these columns of known products, by one statement."""
    if not entries:
        return
    assigned = ", ".join(f"{name} = newest.{name}" for name in names)
    if changed:
        assigned += ", updated_at = statement_timestamp()"
    arrays = ", ".join(f"%s::{_COLUMN_TYPES[name]}[]" for name in names)
    execute(
        f"UPDATE catalogue_product p SET {assigned}"  # noqa: S608
        f" FROM unnest(%s::bigint[], {arrays}) AS newest (id, {', '.join(names)})"
        " WHERE p.id = newest.id",
        [
            [getattr(entry, _ATTRIBUTES.get(name, name)) for entry in entries]
            for name in ("id", *names)
        ],
    )


def _write_credits(entries: Iterable[Entry]) -> None:
    rows = (
        (entry.id, position, str(credit.role), credit.name)
        for entry in entries
        if entry.notice
        for position, credit in enumerate(entry.notice.credits, 1)
    )
    _copy("COPY catalogue_contributor (product_id, position, role, name) FROM STDIN", rows)


def _write_coming_prices(entries: Iterable[Entry], today: date) -> None:
    rows = [
        (entry.id, *step)
        for entry in entries
        if entry.notice
        for step in entry.notice.prices
        if step.since is not None and step.since > today
    ]
    columns = "product_id, since, list_price_cents, vat_rate"
    if rows:
        _copy(f"COPY catalogue_comingprice ({columns}) FROM STDIN", rows)


def _row(entry: Entry) -> tuple[Any, ...]:
    notice = entry.notice or Notice(place=0, at=entry.at)  # type: ignore[arg-type]
    return (
        entry.id,
        entry.ean,
        entry.source,
        entry.source_ref,
        entry.state,
        *_content(notice),
        entry.at,
        entry.order,
        entry.digest,
    )


def _copy(sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(sql) as copy,
    ):
        for row in rows:
            copy.write_row(row)
