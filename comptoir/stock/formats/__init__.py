"""The formats in which tills report. Each is one module with a `FORMAT`, and a name here."""

from comptoir.stock.formats import (
    abelujo,
    asc,
    discogs,
    eancom,
    google,
    lightspeed,
    own,
    passculture,
    shopify,
    square,
    table,
    woocommerce,
    zettle,
)
from comptoir.stock.formats.lines import Format

_API = Format(code="api", name="API", is_file=False)
FORMATS: dict[str, Format] = {
    each.code: each
    for each in (
        asc.FORMAT,
        abelujo.FORMAT,
        discogs.FORMAT,
        eancom.FORMAT,
        google.FORMAT,
        shopify.FORMAT,
        woocommerce.FORMAT,
        own.FORMAT,
        table.FORMAT,
        square.FORMAT,
        zettle.FORMAT,
        lightspeed.FORMAT,
        passculture.FORMAT,
        passculture.PUSH,
        _API,
    )
}
FILES = {code: each for code, each in FORMATS.items() if each.is_file}
CALLS = {code: each for code, each in FORMATS.items() if each.genuine}
