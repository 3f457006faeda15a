"""Products that a shop has before the catalogue knows them."""

import secrets
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.models import TILL_SOURCE, Product, ProductKind, ProductState, own_ref
from comptoir.catalogue.reads import by_number
from comptoir.catalogue.sources.discogs import SOURCE_NAME
from comptoir.core import outbox
from comptoir.core.db import execute, fetch
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import is_own_number
from comptoir.core.models import OutboxEntry

LONGEST_TITLE = 500
OWN_SOURCE = "shop"


class Release(NamedTuple):
    """A Discogs release as a shop's list names it."""

    ref: str
    title: str
    artist: str


@transaction.atomic
def stub_products(numbers: Iterable[str], shop_id: int | None = None) -> dict[str, int]:
    """Return the product of each number, making those that are missing in the state `unknown`.

    The numbers must be valid (`parse_number`). A stub of an EAN is listed, under the same key, when
    a notice names it. A till's own number is an article of the shop, which must be given, alone.

    Guard: none, a step of other verbs. Locks: the rows that are inserted, in the order of their
    numbers, so that two calls (or an import) never wait in a circle. Writes: products. Announces
    nothing: the public does not find a stub.
    """
    wanted = sorted(set(numbers))
    eans = [number for number in wanted if not is_own_number(number)]
    made = _stub(_EAN_STUBS, eans, eans)
    own = [number for number in wanted if is_own_number(number)]
    if own and shop_id is None:
        raise ValueError("a till's own number is nothing outside its shop")
    return made | _stub(_OWN_STUBS, own, [own_ref(shop_id or 0, number) for number in own])


_STUB = (
    "INSERT INTO catalogue_product ({key}, kind, state, title, subtitle,"
    " byline, series, publisher, catalogue_number, format, units, published, language,"
    " description, cover_url, availability, notice_order, demo)"
    " SELECT {value}, 'other', 'unknown', '', '', '', '', '', '', 'other', 1, '', '',"
    " '', '', 'unknown', 0, false FROM unnest(%s::varchar[]) WITH ORDINALITY"
    " AS wanted (ref, rank) ORDER BY rank ON CONFLICT {conflict} DO NOTHING RETURNING {ref}, id"
)


class _Stubs(NamedTuple):
    """How stubs of one sort are made, and found by their references."""

    make: str
    find: str


_EAN_STUBS = _Stubs(
    _STUB.format(key="ean, source, source_ref", value="ref, '', ''", conflict="(ean)", ref="ean"),
    "SELECT ean, id FROM catalogue_product WHERE ean = ANY(%s::varchar[])",
)
_OWN_STUBS = _Stubs(
    _STUB.format(
        key="source, source_ref",
        value=f"'{TILL_SOURCE}', ref",
        conflict="(source, source_ref) WHERE source_ref <> ''",
        ref="source_ref",
    ),
    f"SELECT source_ref, id FROM catalogue_product WHERE source = '{TILL_SOURCE}'"  # noqa: S608
    " AND source_ref <> '' AND source_ref = ANY(%s::varchar[])",
)


def _stub(stubs: _Stubs, numbers: list[str], refs: list[str]) -> dict[str, int]:
    """Return the product of each number, found or made by its reference."""
    if not numbers:
        return {}
    known = dict(fetch(stubs.find, [refs]))
    if missing := [ref for ref in refs if ref not in known]:
        known |= dict(fetch(stubs.make, [missing]))
        # What another transaction inserted meanwhile: DO NOTHING waited for it and returned no row.
        if missing := [ref for ref in missing if ref not in known]:
            known |= dict(fetch(stubs.find, [missing]))
    return {number: known[ref] for number, ref in zip(numbers, refs, strict=True)}


@transaction.atomic
def add_product(
    *,
    title: str,
    byline: str,
    kind: str,
    ean: str | None = None,
    shop_id: int | None = None,
    key: str = "",
    anew: bool = False,
) -> Product:
    """Return a product that somebody has in hand and no supplier listed, with its title as typed.

    With an EAN the next notice of it completes it; with a till's own number in its place, it is an
    article of the shop's alone (`by_number`). Without one it has a reference of ours: the caller's
    `key`, so that a second call gives the same product, or a random one. A product that is listed
    already is returned as it is, unless it is to be titled `anew`.

    Guard: none, a step of other verbs. Locks and writes: the product. Announces: the product.
    Raises `Invalid` (`bad_title`, `bad_kind`).
    """
    ours = {"source": OWN_SOURCE, "source_ref": key or secrets.token_hex(8)}
    by = by_number(ean, shop_id) if ean else ours
    known = Product.objects.select_for_update(no_key=True).filter(**by)
    found = known.first()
    if found is not None and found.state != ProductState.UNKNOWN and not anew:
        return found
    if not title.strip() or len(title) > LONGEST_TITLE or "\0" in title + byline:
        raise Invalid("bad_title", _("Type the title: 500 characters at most."))
    if kind not in ProductKind.values:
        raise Invalid("bad_kind", _("Is it a book or a record?"))
    # Whoever inserts the same meanwhile comes first.
    Product.objects.bulk_create([Product(**by)], ignore_conflicts=True)
    made = known.get()
    if made.state != ProductState.UNKNOWN and not anew:
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
