"""What a shop says of itself in its conditions, and what of it law asks for and is missing."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message
from comptoir.core.identifiers import format_phone
from comptoir.core.words import SPACE
from comptoir.orders.operations.privacy.erasure import TAKEN_BACK
from comptoir.papers.identity import NAMES as OF_IDENTITY
from comptoir.papers.identity import identity_of, missing
from comptoir.papers.invoices.values import says_form
from comptoir.shops.models import Shop
from comptoir.terms.models import Conditions

OF_CONDITIONS: Mapping[str, Message] = {
    "director": _("who answers for what you publish"),
    "mediator_name": _("name of the mediator"),
    "mediator_address": _("address of the mediator"),
    "mediator_site": _("site of the mediator"),
}
OF_SHOP: Mapping[str, Message] = {
    "email": _("e-mail address"),
    "phone": _("telephone"),
}
NAMES: Mapping[str, Message] = {**OF_IDENTITY, **OF_SHOP, **OF_CONDITIONS}
"""What conditions cannot be without, in words. Sources: code de la consommation, articles L111-1,
L221-5, R616-1; loi 2004-575, article 1-1."""


def conditions_of(shop: Shop) -> Conditions:
    """Return what a shop wrote for its conditions; nothing yet where it has not."""
    return Conditions.objects.filter(shop=shop).first() or Conditions(shop=shop)


def lacking(shop: Shop) -> list[str]:
    """Return the columns without which a shop's conditions cannot be published. The number of VAT
    is none: not every business has one."""
    said = conditions_of(shop)
    wanting = missing(shop, identity_of(shop), vat=False)
    wanting += [name for name in OF_SHOP if not getattr(shop, name)]
    return wanting + [name for name in OF_CONDITIONS if not getattr(said, name)]


def facts_of(shop: Shop) -> dict[str, str]:
    """Return what the texts of a shop are filled with; empty is what it has not."""
    said, identity = conditions_of(shop), identity_of(shop)
    own = {name: getattr(identity, name, "") for name in ("name", "capital", "register")}
    form = getattr(identity, "form", "")
    return {
        **own,
        "seller": _seller(own["name"], form),
        "shop": shop.name,
        "vat_number": getattr(identity, "vat_number", ""),
        "without_vat": "x" if getattr(identity, "without_vat", False) else "",
        "with_vat": "" if getattr(identity, "without_vat", False) else "x",
        "siret": shop.siret or "",
        "address": f"{shop.street}, {shop.postcode} {shop.city}",
        "email": shop.email,
        "phone": format_phone(shop.phone).replace(" ", SPACE) if shop.phone else "",
        "director": said.director,
        "mediator_name": said.mediator_name,
        "mediator_address": said.mediator_address,
        "mediator_site": said.mediator_site,
        "packaging_number": said.packaging_number,
        "return_address": said.return_address or f"{shop.street}, {shop.postcode} {shop.city}",
        "shop_pays": "x" if said.pays_return else "",
        "reader_pays": "" if said.pays_return else "x",
        "exemption": "x" if said.claims_exemption else "",
        "own_words": said.own_words,
        "publisher": settings.PUBLISHER,
        "hosted_by": settings.HOSTED_BY,
        "erase_days": str(settings.ERASE_POSTED_AFTER_DAYS),
        "collect_days": str(settings.ERASE_AFTER_DAYS),
        "back_days": str(TAKEN_BACK.days),
    }


def _seller(name: str, form: str) -> str:
    """Return the name of a business with its legal form, which many names say: once."""
    if not name or not form or says_form(name, form):
        return name if form else ""
    return f"{name}, {form}"
