"""The decision, without the database, what each notice changes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from comptoir.catalogue.models import ProductState
from comptoir.catalogue.sources.notice import Notice


class Verdict(StrEnum):
    """What a notice does to its product."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WITHDRAWN = "withdrawn"
    OUTDATED = "outdated"


@dataclass(slots=True, eq=False)
class Entry:
    """One product as the notices of a batch leave it. `id` is None until it is in the database."""

    id: int | None
    ean: str | None
    source: str
    source_ref: str
    state: str
    at: datetime | None
    order: int
    digest: bytes | None
    notice: Notice | None = None
    withdrawal: bool = False
    moved: bool = False


@dataclass(slots=True)
class Plan:
    """What a batch comes to."""

    entries: list[Entry] = field(default_factory=list)
    replaced: list[Entry] = field(default_factory=list)
    verdicts: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))


class Planner:
    """Holds the products that a batch touches, found by EAN or by a supplier's identifier."""

    def __init__(self, known: Iterable[Entry]) -> None:
        self.plan = Plan()
        self._by_ean: dict[str, Entry] = {}
        self._by_ref: dict[tuple[str, str], Entry] = {}
        for entry in known:
            self._register(entry)

    def take(self, notice: Notice) -> None:
        """Decide what one notice does; of several for a product, the newest is kept."""
        entry, joining = self._find(notice)
        verdict = self._add(notice) if entry is None else self._renew(entry, joining, notice)
        self.plan.verdicts[verdict] += 1

    def _register(self, entry: Entry) -> None:
        self.plan.entries.append(entry)
        if entry.ean:
            self._by_ean[entry.ean] = entry
        if entry.source_ref:
            self._by_ref[entry.source, entry.source_ref] = entry

    def _find(self, notice: Notice) -> tuple[Entry | None, Entry | None]:
        """Return the product of a notice, and the release that it would make the same one.

        An EAN that another release of the same supplier carries already stays with that one: the
        first pressing keeps the barcode, the others are known by their number alone.
        """
        owner = self._by_ean.get(notice.ean) if notice.ean else None
        if not notice.source_ref:
            return owner, None
        named = self._by_ref.get((notice.source, notice.source_ref))
        if named is None:
            other = owner is not None and owner.source_ref and owner.source == notice.source
            return None if other else owner, None
        if named.ean or owner is None or owner.source_ref:
            return named, None
        return owner, named

    def _bind(self, entry: Entry, joining: Entry | None, notice: Notice) -> None:
        """Give a product the number, or the EAN, that a notice newer than it names."""
        if joining is not None:
            self._retire(joining)
        if notice.source_ref and not entry.source_ref:
            entry.source, entry.source_ref = notice.source, notice.source_ref
            self._by_ref[notice.source, notice.source_ref] = entry
            entry.moved = True
        elif notice.ean and not (entry.ean or notice.withdrawn or notice.ean in self._by_ean):
            entry.ean = notice.ean
            self._by_ean[notice.ean] = entry
            entry.moved = True

    def _retire(self, joining: Entry) -> None:
        """Drop a release that was known by its number: the product with its EAN takes its place."""
        if joining.id is None:
            self.plan.entries.remove(joining)
        else:
            joining.notice, joining.withdrawal, joining.moved = None, False, False
            self.plan.replaced.append(joining)

    def _add(self, notice: Notice) -> Verdict:
        taken = notice.ean is not None and notice.ean in self._by_ean
        entry = Entry(
            id=None,
            ean=None if taken else notice.ean,
            source=notice.source,
            source_ref=notice.source_ref,
            state=ProductState.UNKNOWN,
            at=None,
            order=0,
            digest=None,
        )
        self._register(entry)
        self._write(entry, notice, notice.digest())
        return Verdict.UNCHANGED if notice.withdrawn else Verdict.NEW

    def _renew(self, entry: Entry, joining: Entry | None, notice: Notice) -> Verdict:
        digest = notice.digest()
        newer = all(_is_newer(each, notice) for each in (entry, joining) if each is not None)
        if newer:
            self._bind(entry, joining, notice)
        if entry.digest == digest:
            if newer and entry.at != notice.at:
                entry.at, entry.order, entry.moved = notice.at, notice.order, True
            return Verdict.UNCHANGED
        if not newer:
            return Verdict.OUTDATED
        before = entry.state
        self._write(entry, notice, digest)
        if notice.withdrawn:
            return Verdict.WITHDRAWN if before == ProductState.LISTED else Verdict.UNCHANGED
        return Verdict.NEW if before == ProductState.UNKNOWN else Verdict.CHANGED

    @staticmethod
    def _write(entry: Entry, notice: Notice, digest: bytes) -> None:
        entry.at, entry.order, entry.digest = notice.at, notice.order, digest
        if notice.withdrawn:
            entry.withdrawal = True
            if entry.state == ProductState.LISTED:
                entry.state = ProductState.WITHDRAWN
        else:
            entry.notice, entry.withdrawal = notice, False
            entry.state = ProductState.LISTED


def _is_newer(entry: Entry, notice: Notice) -> bool:
    """Whether a notice may overwrite what is known.

    Of two of one moment in one message the later in the message is the newer; of two of one moment
    in two messages, the one that comes last.
    """
    if entry.at is None or notice.at != entry.at:
        return entry.at is None or notice.at > entry.at
    same_message = notice.order >> 32 == entry.order >> 32
    return not same_message or notice.order >= entry.order
