"""Finding products."""

from collections.abc import Container, Sequence

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.models import TILL_SOURCE, Product, ProductState, own_ref
from comptoir.core.db import fetch
from comptoir.core.errors import NotFound
from comptoir.core.identifiers import find_number, is_own_number, read_key


def by_number(number: str, shop_id: int | None, path: str = "") -> dict[str, str | None]:
    """Return the filter by which a number (`parse_number`) names a product in a shop.

    A till's own number names the shop's own article, and nothing outside a shop (None). `path`
    leads to the product, as in `product__`.
    """
    if not is_own_number(number):
        return {f"{path}ean": number}
    ref = own_ref(shop_id or 0, number)
    return {f"{path}source": TILL_SOURCE, f"{path}source_ref": ref}


def meant_by(ref: str, shop_id: int | None = None) -> dict[str, int | str | None]:
    """Return the filter by which an EAN, an ISBN-10 or `p<key>` names a product in a shop, or to
    everybody; an empty one for a word that can name none."""
    if key := read_key(ref[1:]) if ref[:1] == "p" else None:
        return {"id": key}
    number = find_number(ref)
    return {**by_number(number, shop_id)} if number else {}


def find_product(ref: str, shop_id: int | None = None) -> Product:
    """Return the product that an EAN, an ISBN-10 or `p<key>` names, in whatever state it is.

    In a shop its till's own numbers name its own articles, and those of others are not there.
    Raises `NotFound` (`no_product`).
    """
    text = ref.strip()
    asked = meant_by(text, shop_id)
    found = Product.objects.filter(**asked).first() if asked else None
    if found is not None and shop_id is not None and not found.is_seen_in(shop_id):
        found = None
    if found is None:
        raise no_product(text)
    return found


def named_products(words: Sequence[str], fields: Container[str]) -> dict[str, Product]:
    """Return the titles of the catalogue that words name to everybody (as `find_product` reads
    them) and the public may find, by the word, in the order of the words; with some fields.

    What names nothing, or a shop's own article, is left out; several words may name one title. Two
    queries, however many words.
    """
    meant = {word: found for word in words if (found := meant_by(word))}
    eans = {one["ean"] for one in meant.values() if "ean" in one}
    keys = {one["id"] for one in meant.values() if "id" in one}
    which = Q(ean__in=eans) | Q(pk__in=keys)
    rows = Product.objects.listed().of_catalogue().filter(which).values_list("pk", "ean")
    key_of: dict[int | str | None, int] = {}
    for key, ean in rows:
        key_of |= {key: key, ean: key}
    products = listed_products(list(set(key_of.values())), fields)
    named = {word: key_of.get(one.get("ean") or one.get("id")) for word, one in meant.items()}
    return {word: products[key] for word, key in named.items() if key in products}


def listed_products(keys: Sequence[int], fields: Container[str]) -> dict[int, Product]:
    """Return those of the products that the public may find, by their keys, with some fields; the
    others are deferred. One query.

    A page of results asks this: to have Django put the statement together costs more than to have
    PostgreSQL answer it.
    """
    columns = Product._meta.concrete_fields
    names = [each.attname for each in columns if each.primary_key or each.name in fields]
    rows = fetch(
        f"SELECT {', '.join(names)} FROM catalogue_product"  # noqa: S608
        " WHERE id = ANY(%s) AND state = %s",
        [keys, ProductState.LISTED.value],
    )
    found = (Product.from_db(connection.alias, names, row) for row in rows)
    return {product.pk: product for product in found}


def cover_hosts() -> list[tuple[str, int]]:
    """Return where the images of covers lie, and how many lie there, the most first."""
    rows = fetch(
        "SELECT lower(substring(cover_url FROM '^https://([^/:?#]+)')) AS host, count(*)"
        " FROM catalogue_product WHERE cover_url ~ '^https://[^/:?#]' GROUP BY 1"
        " ORDER BY 2 DESC, 1"
    )
    return [(host, count) for host, count in rows]


def no_product(ref: str) -> NotFound:
    """Return the error for a word that names no product."""
    message = _("No book or record is known as “%(ref)s”.") % {"ref": ref[:40]}
    return NotFound("no_product", message, ref=ref[:40])
