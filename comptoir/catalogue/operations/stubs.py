"""Products that a shop has before the catalogue knows them."""

import secrets
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.models import Product, ProductKind, ProductState
from comptoir.catalogue.sources.discogs import SOURCE_NAME
from comptoir.core import outbox
from comptoir.core.db import execute, fetch
from comptoir.core.errors import Invalid
from comptoir.core.models import OutboxEntry

LONGEST_TITLE = 500
OWN_SOURCE = "shop"


class Release(NamedTuple):
    """A Discogs release as a shop's list names it."""

    ref: str
    title: str
    artist: str


@transaction.atomic
def stub_products(eans: Iterable[str]) -> dict[str, int]:
    """Return the product of each EAN, making those that are missing in the state `unknown`.

    The EANs must be valid. A stub is listed, under the same key, when a notice names its EAN.

    Guard: none, a step of other verbs. Locks: the rows that are inserted, in the order of their
    EANs, so that two calls (or an import) never wait in a circle. Writes: products. Announces
    nothing: the public does not find a stub.
    """
    wanted = sorted(set(eans))
    known = dict(_find(wanted))
    missing = [ean for ean in wanted if ean not in known]
    if missing:
        made = fetch(
            "INSERT INTO catalogue_product (ean, source, source_ref, kind, state, title, subtitle,"
            " byline, series, publisher, catalogue_number, format, units, published, language,"
            " description, cover_url, availability, notice_order, demo)"
            " SELECT ean, '', '', 'other', 'unknown', '', '', '', '', '', '', 'other', 1, '', '',"
            " '', '', 'unknown', 0, false FROM unnest(%s::varchar[]) WITH ORDINALITY"
            " AS wanted (ean, rank) ORDER BY rank ON CONFLICT (ean) DO NOTHING RETURNING ean, id",
            [missing],
        )
        known |= dict(made)
        # What another transaction inserted meanwhile: DO NOTHING waited for it and returned no row.
        known |= dict(_find([ean for ean in missing if ean not in known]))
    return known


@transaction.atomic
def add_product(
    *, title: str, byline: str, kind: str, ean: str | None = None, key: str = ""
) -> Product:
    """Return a product that somebody has in hand and no supplier listed, with its title as typed.

    With an EAN the next notice of it completes it. Without one it has a reference of ours: the
    caller's `key`, so that a second call gives the same product, or a random one. A product that
    the catalogue has listed already is returned as it is.

    Guard: none, a step of other verbs. Locks and writes: the product. Announces: the product.
    Raises `Invalid` (`bad_title`, `bad_kind`).
    """
    by = {"ean": ean} if ean else {"source": OWN_SOURCE, "source_ref": key or secrets.token_hex(8)}
    known = Product.objects.select_for_update(no_key=True).filter(**by)
    found = known.first()
    if found is not None and found.state != ProductState.UNKNOWN:
        return found
    if not title.strip() or len(title) > LONGEST_TITLE or "\0" in title + byline:
        raise Invalid("bad_title", _("Type the title: 500 characters at most."))
    if kind not in ProductKind.values:
        raise Invalid("bad_kind", _("Is it a book or a record?"))
    # Whoever inserts the same meanwhile comes first.
    Product.objects.bulk_create([Product(**by)], ignore_conflicts=True)
    made = known.get()
    if made.state != ProductState.UNKNOWN:
        return made
    made.title, made.byline, made.kind = title.strip(), byline.strip()[:300], kind
    made.state = ProductState.LISTED
    made.save()
    outbox.publish(OutboxEntry.Topic.PRODUCT, [made.pk])
    return made


@transaction.atomic
def stub_releases(releases: Sequence[Release]) -> None:
    """Make a record of each of these Discogs releases that the catalogue lacks.

    One that has a title is listed at once. The first notice of a release completes it, under the
    same key.

    Guard: none, a step of other verbs. Locks: the rows that are inserted, in the order of their
    references, so that two calls never wait in a circle. Writes: products. Announces nothing: the
    search learns of a product when its first copy is written.
    """
    ordered = sorted(set(releases))
    execute(
        "INSERT INTO catalogue_product (source, source_ref, kind, state, title, subtitle, byline,"
        " series, publisher, catalogue_number, format, units, published, language, description,"
        " cover_url, availability, notice_order, demo)"
        " SELECT %s, ref, 'record', CASE title WHEN '' THEN 'unknown' ELSE 'listed' END, title, '',"
        " artist, '', '', '', 'other', 1, '', '', '', '', 'unknown', 0, false"
        " FROM unnest(%s::varchar[], %s::varchar[], %s::varchar[]) WITH ORDINALITY"
        " AS wanted (ref, title, artist, rank) ORDER BY rank"
        " ON CONFLICT (source, source_ref) WHERE source_ref <> '' DO NOTHING",
        [
            SOURCE_NAME,
            [each.ref for each in ordered],
            [each.title for each in ordered],
            [each.artist for each in ordered],
        ],
    )


def _find(eans: list[str]) -> list[tuple[str, int]]:
    if not eans:
        return []
    return [
        (ean, key)
        for ean, key in fetch(
            "SELECT ean, id FROM catalogue_product WHERE ean = ANY(%s::varchar[])", [eans]
        )
    ]
