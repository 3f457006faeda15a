"""What a shop is called, in words and in addresses, and that addresses go on leading to it."""

from collections.abc import Iterator
from itertools import chain, count

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Conflict, Invalid
from comptoir.shops.models import FormerSlug, Shop
from comptoir.shops.operations.origins import note_written
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.shops.table import COLUMNS

_SLUG = Shop._meta.get_field("slug")


@transaction.atomic
def rename_shop(*, shop: Shop, name: str, slug: str = "", actor: Actor) -> Shop:
    """Give a shop another name and another word in its addresses; the older addresses lead there.

    `slug` is made of the name and the town unless one is given. One that this shop had before may
    come back; that of another shop, now or before, is refused, or numbered where none was given.

    Guard: `RUN_INSTALLATION`. Locks: the shop. Writes: the shop, the word it had, who wrote its
    name, its history. Raises `NotFound`, `Forbidden`, `Invalid` (`missing`, `bad_slug`), `Conflict`
    (`slug_taken`, `shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.RUN_INSTALLATION, lock=True)
    called = COLUMNS["name"](name)
    wanted = _checked(slug) if slug else slug_of(called, shop.city)
    word = next(each for each in chain([wanted], _numbered(wanted)) if not _is_taken(each, shop))
    if slug and word != wanted:
        raise Conflict("slug_taken", _("Another shop has this address, or had it before."))
    if word != shop.slug:
        shop.former_slugs.filter(slug=word).delete()
        FormerSlug.objects.create(shop=shop, slug=shop.slug)
    renamed, now = called != shop.name, timezone.now()
    with act_on(shop, actor=actor, at=now):
        shop.name, shop.slug = called, word
        shop.save(update_fields=["name", "slug"])
    note_written(shop, ["name"] if renamed else [], actor=actor, at=now)
    return shop


def slug_of(name: str, city: str) -> str:
    """Return the word of a shop's addresses: its name and its town; the town once, where the name
    has it already."""
    called, town = slugify(name), slugify(city)
    whole = called if f"-{called}-".endswith(f"-{town}-") else f"{called}-{town}"
    return whole[:74].strip("-") or "boutique"


def free_slug(name: str, city: str) -> str:
    """Return a word that no shop has in its addresses, or had."""
    wanted = slug_of(name, city)
    nobody = Shop()
    return next(each for each in chain([wanted], _numbered(wanted)) if not _is_taken(each, nobody))


def _numbered(slug: str) -> Iterator[str]:
    return (f"{slug}-{number}" for number in count(2))


def _checked(slug: str) -> str:
    word = slug.strip().lower()
    if word != slugify(word) or not 0 < len(word) <= (_SLUG.max_length or 0):
        told = _("“%(text)s” is no address: write small letters, figures and hyphens.")
        raise Invalid("bad_slug", told % {"text": slug[:80]}, field="slug")
    return word


def _is_taken(slug: str, shop: Shop) -> bool:
    return (
        Shop.objects.filter(slug=slug).exclude(pk=shop.pk).exists()
        or FormerSlug.objects.filter(slug=slug).exclude(shop_id=shop.pk).exists()
    )
