"""Products that a shop has before the catalogue knows them."""

from collections.abc import Iterable

from django.db import transaction

from comptoir.core.db import fetch


@transaction.atomic
def stub_products(eans: Iterable[str]) -> dict[str, int]:
    """Return the product of each EAN, making those that are missing in the state `unknown`.

    The EANs must be valid. A stub is listed, under the same key, when a notice tells of its EAN.
    Inserted in the order of their EANs, so that two calls (or an import) never wait in a circle.
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
        known |= dict(_find([ean for ean in missing if ean not in known]))
    return known


def _find(eans: list[str]) -> list[tuple[str, int]]:
    if not eans:
        return []
    return [
        (ean, key)
        for ean, key in fetch(
            "SELECT ean, id FROM catalogue_product WHERE ean = ANY(%s::varchar[])", [eans]
        )
    ]
