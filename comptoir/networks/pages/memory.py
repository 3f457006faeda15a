"""What the networks say to everybody, as this process keeps it: read with every page.

What is kept is at most `KEPT_SECONDS` old. It holds what is to come too: who asks says when it is.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError
from django.utils.translation import get_language

from comptoir.core.db import fetch, is_gone
from comptoir.networks.models import Network
from comptoir.networks.pages.models import PublicationKind

KEPT_SECONDS = 3.0
_STATEMENT = """
SELECT n.id, n.slug, n.name, n.host,
  (SELECT json_agg(json_build_array(b.id, b.level, b.text, b.text_en,
     extract(epoch FROM b.begins_at), extract(epoch FROM b.ends_at)) ORDER BY b.begins_at, b.id)
   FROM networks_banner b WHERE b.network_id = n.id
   AND (b.ends_at IS NULL OR b.ends_at > now() - interval '1 day')),
  (SELECT json_agg(json_build_array(p.id, p.kind, p.slug, p.in_footer,
     extract(epoch FROM p.appears_at), extract(epoch FROM p.ends_at),
     extract(epoch FROM v.written_at), v.number, v.title, v.title_en, v.summary, v.summary_en)
     ORDER BY p.place, p.id)
   FROM networks_publication p
   JOIN networks_version v ON v.publication_id = p.id AND v.number = p.shown
   WHERE p.network_id = n.id)
FROM networks_network n ORDER BY n.id
"""


@dataclass(frozen=True, slots=True)
class BannerLine:
    """A banner: how grave (`info`, `warning`) and what it says, in French and perhaps in English;
    from when until when (None: no end)."""

    key: int
    level: str
    text: str
    text_en: str
    begins: datetime
    ends: datetime | None

    @property
    def is_english(self) -> bool:
        """Whether the reader is told in English."""
        return get_language() == "en" and bool(self.text_en)

    @property
    def said(self) -> str:
        """What it says in the reader's language."""
        return self.text_en if self.is_english else self.text


@dataclass(frozen=True, slots=True)
class Line:
    """A page or a news item as lists show it; times as `BannerLine` has them, `changed` is when
    what readers see was written, `number` which version that is."""

    key: int
    kind: str
    slug: str
    in_footer: bool
    appears: datetime
    ends: datetime | None
    changed: datetime
    number: int
    title: str
    title_en: str
    summary: str
    summary_en: str

    @property
    def is_english(self) -> bool:
        """Whether the reader is shown the English version."""
        return get_language() == "en" and bool(self.title_en)

    @property
    def said(self) -> str:
        """Its title in the reader's language."""
        return self.title_en if self.is_english else self.title

    @property
    def gist(self) -> str:
        """The sentence that lists show, in the language of the title."""
        return self.summary_en if self.is_english else self.summary


@dataclass(frozen=True, slots=True)
class Board:
    """All that one network says to everybody."""

    network_id: int
    slug: str
    name: str
    host: str | None
    banners: tuple[BannerLine, ...]
    lines: tuple[Line, ...]

    def banners_at(self, now: datetime) -> list[BannerLine]:
        """Return the banners of a moment."""
        return [each for each in self.banners if _holds(each.begins, each.ends, now)]

    def pages(self, now: datetime) -> list[Line]:
        """Return the pages that readers see, in their order."""
        return self._of(PublicationKind.PAGE, now)

    def news(self, now: datetime) -> list[Line]:
        """Return the news that readers see, the newest first."""
        found = self._of(PublicationKind.NEWS, now)
        return sorted(found, key=lambda line: (line.appears, line.key), reverse=True)

    def _of(self, kind: PublicationKind, now: datetime) -> list[Line]:
        return [x for x in self.lines if x.kind == kind and _holds(x.appears, x.ends, now)]


_kept: tuple[dict[int, Board], float] | None = None


def boards() -> dict[int, Board]:
    """Return what each network says, by its key. While the database is gone: what was
    known last."""
    global _kept
    now = time.monotonic()
    kept = _kept
    if kept is None or now - kept[1] >= KEPT_SECONDS:
        try:
            found = {row[0]: _board(*row) for row in fetch(_STATEMENT)}
        except DatabaseError as error:
            if not is_gone(error):
                raise
            found = kept[0] if kept else {}
        kept = _kept = found, now
    return kept[0]


def spoken_for(network: Network | None) -> Board | None:
    """Return what the network says under whose name a page is asked for. The installation itself
    speaks for its only network where that has no host."""
    found = boards()
    if network is not None:
        return found.get(network.pk)
    only = next(iter(found.values())) if len(found) == 1 else None
    return only if only and not only.host else None


def forget() -> None:
    """Forget all that, so that the next who asks reads it."""
    global _kept
    _kept = None


def _holds(begins: datetime, ends: datetime | None, now: datetime) -> bool:
    return begins <= now and (ends is None or now < ends)


def _board(
    key: int,
    slug: str,
    name: str,
    host: str | None,
    banners: list[list[Any]] | None,
    lines: list[list[Any]] | None,
) -> Board:
    return Board(
        key,
        slug,
        name,
        host,
        tuple(map(_banner, banners or ())),
        tuple(map(_line, lines or ())),
    )


def _banner(row: list[Any]) -> BannerLine:
    key, level, text, text_en, begins, ends = row
    return BannerLine(key, level, text, text_en, _moment(begins), _perhaps(ends))


def _line(row: list[Any]) -> Line:
    key, kind, slug, in_footer, appears, ends, changed, *words = row
    times = _moment(appears), _perhaps(ends), _moment(changed)
    return Line(key, kind, slug, in_footer, *times, *words)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _perhaps(seconds: float | None) -> datetime | None:
    return None if seconds is None else _moment(seconds)
