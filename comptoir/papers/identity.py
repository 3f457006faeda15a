"""What law wants a paper to say of its seller, and what of it a shop has not filled in."""

from collections.abc import Collection, Sequence
from itertools import count

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.fr import siren, siret, tva

from comptoir.core.errors import Message
from comptoir.core.identifiers import format_phone
from comptoir.papers import rules
from comptoir.papers.errors import lacks
from comptoir.papers.invoices.values import Seller
from comptoir.papers.models import LegalIdentity
from comptoir.quotes.basket import Scheme
from comptoir.shops.models import Shop

_DEFAULT_PREFIX = "C-"
NAMES: dict[str, Message] = {
    "siret": _("SIRET"),
    "street": _("address"),
    "postcode": _("postcode"),
    "city": _("town"),
    "name": _("name of the business"),
    "form": _("legal form"),
    "vat_number": _("number of VAT"),
    "capital": _("share capital"),
    "register": _("register and town"),
}
"""What a paper cannot be without, by its column, in the order of the form."""


def identity_of(shop: Shop) -> LegalIdentity | None:
    """Return what a shop wrote of itself for its papers, if it did."""
    return LegalIdentity.objects.filter(shop=shop).first()


def prefix_of(shop: Shop) -> str:
    """Return how the numbers of a shop's papers begin."""
    identity = identity_of(shop)
    return identity.prefix if identity else _DEFAULT_PREFIX


def who_charges_no_vat(shops: Collection[int]) -> set[int]:
    """Return which of these shops, by their keys, charge no VAT since they are small (CGI, article
    293 B). One query."""
    found = LegalIdentity.objects.filter(shop_id__in=shops, without_vat=True)
    return set(found.values_list("shop_id", flat=True))


def missing(shop: Shop, identity: LegalIdentity | None, *, vat: bool = True) -> list[str]:
    """Return the columns that a paper cannot be without and that are empty. `vat`: whether VAT is
    charged, so that its number stands there.

    Sources: CGI, annexe II, article 242 nonies A; code de commerce, articles R123-237, R123-238.
    """
    of_shop = {name: getattr(shop, name) for name in ("siret", "street", "postcode", "city")}
    if of_shop["siret"] and not siret.is_valid(of_shop["siret"]):
        of_shop["siret"] = ""
    needed = rules.needs(identity.form, timezone.localdate()) if identity else ()
    columns = ("name", "form", "vat_number", *needed)
    of_papers = {name: getattr(identity, name, "") for name in columns}
    return [
        name
        for name, value in (of_shop | of_papers).items()
        if not value and (name != "vat_number" or vat)
    ]


def seller_of(shop: Shop, *, schemes: Sequence[Scheme]) -> Seller:
    """Return a shop as its papers name it. Raises `Conflict` (`shop_lacks`), with the columns."""
    identity = identity_of(shop)
    # What was sold with VAT names the number, also of a business that charges none by now.
    needs_vat = any(scheme is not Scheme.NONE for scheme in schemes)
    if wrong := missing(shop, identity, vat=needs_vat):
        raise lacks(wrong, [NAMES[name] for name in wrong])
    assert identity is not None
    return Seller(
        name=identity.name,
        trading_name=shop.name,
        form=identity.form,
        capital=identity.capital,
        register=identity.register,
        siret=shop.siret or "",
        vat_number=identity.vat_number,
        street=shop.street,
        postcode=shop.postcode,
        city=shop.city,
        phone=format_phone(shop.phone),
        email=shop.email,
    )


def prefixes_of_others(shop: Shop) -> set[str]:
    """Return how the numbers of papers of the other shops of a business begin: it numbers each
    paper once, whichever of its shops issues it (CGI, annexe II, article 242 nonies A)."""
    if not shop.siret:
        return set()
    found = LegalIdentity.objects.filter(shop__siret__startswith=shop.siret[:9])
    return set(found.exclude(shop=shop).values_list("prefix", flat=True))


def likely_prefix(shop: Shop) -> str:
    """Return how the numbers of a shop may begin, as no other's of its business do: “C-”, “C2-”."""
    taken = prefixes_of_others(shop)
    found = (f"C{n}-" if n > 1 else "C-" for n in count(1))
    return next(prefix for prefix in found if prefix not in taken)


def likely_vat_number(shop: Shop) -> str:
    """Return the VAT number that a French business of this SIRET has if it is registered for VAT:
    its SIREN behind a key (CGI, article 286 ter). Nothing without a valid SIRET."""
    number = (shop.siret or "")[:9]
    return f"FR{siren.to_tva(number)}" if siren.is_valid(number) else ""


def is_vat_number(text: str) -> bool:
    """Whether a text is a French VAT number, with its country before it."""
    return text.startswith("FR") and bool(tva.is_valid(text))
