"""Finding products."""

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.models import Product
from comptoir.core.db import fetch
from comptoir.core.errors import NotFound
from comptoir.core.identifiers import find_ean, read_key


def find_product(ref: str) -> Product:
    """Return the product that an EAN, an ISBN-10 or `p<key>` names, in whatever state it is.

    Raises `NotFound` (`no_product`).
    """
    text = ref.strip()
    if key := read_key(text[1:]) if text[:1] == "p" else None:
        found = Product.objects.filter(pk=key).first()
    else:
        ean = find_ean(text)
        found = Product.objects.filter(ean=ean).first() if ean else None
    if found is None:
        raise NotFound(
            "no_product",
            _("No book or record is known as “%(ref)s”.") % {"ref": text[:40]},
            ref=text[:40],
        )
    return found


def cover_hosts() -> list[tuple[str, int]]:
    """Return where the images of covers lie, and how many lie there, the most first."""
    rows = fetch(
        "SELECT lower(substring(cover_url FROM '^https://([^/:?#]+)')) AS host, count(*)"
        " FROM catalogue_product WHERE cover_url ~ '^https://[^/:?#]' GROUP BY 1"
        " ORDER BY 2 DESC, 1"
    )
    return [(host, count) for host, count in rows]
