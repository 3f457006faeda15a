"""Products that shops have and the catalogue does not know yet."""

from collections.abc import Iterable

from comptoir.core.db import fetch, run


def stub_products(eans: Iterable[str]) -> dict[str, int]:
    """Return the product of every EAN (13 valid digits), making those that are missing.

    A product made here has the state `unknown` until a notice tells what it is. EANs are inserted
    in order, so that two files that bring the same ones wait for each other and never deadlock.
    """
    wanted = sorted(set(eans))
    run(
        "INSERT INTO catalogue_product (ean, source, source_ref, kind, state, title, subtitle,"
        " byline, series, publisher, catalogue_number, format, units, published, language,"
        " description, cover_url, availability, demo)"
        " SELECT ean, '', '', 'other', 'unknown', '', '', '', '', '', '', 'other', 1, '', '', '',"
        " '', 'unknown', false FROM unnest(%s::text[]) AS e(ean) ORDER BY ean"
        " ON CONFLICT (ean) DO NOTHING",
        [wanted],
    )
    return dict(fetch("SELECT ean, id FROM catalogue_product WHERE ean = ANY(%s)", [wanted]))
