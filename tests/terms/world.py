"""A shop whose conditions lack nothing, and are published."""

from itertools import count

from django.utils import timezone
from stdnum.luhn import calc_check_digit

from comptoir.accounts.actors import SYSTEM
from comptoir.papers.models import LegalIdentity
from comptoir.shops.models import Shop
from comptoir.terms.models import Conditions, TermsVersion
from comptoir.terms.operations import publish

_places = count(100)


def siret() -> str:
    """Return a right SIRET that no shop has."""
    number = f"732829320{next(_places):04d}"
    return number + calc_check_digit(number)


SAID = {
    "director": "Marie Dupont",
    "mediator_name": "CM2C",
    "mediator_address": "49 rue de Ponthieu, 75008 Paris",
    "mediator_site": "https://www.cm2c.net",
}


def fill_in(shop: Shop, **said: object) -> Shop:
    """Have a shop lack nothing of what its conditions need."""
    shop.siret = shop.siret or siret()
    shop.email = shop.email or "boutique@example.org"
    shop.save(update_fields=["siret", "email"])
    LegalIdentity.objects.update_or_create(
        shop=shop,
        defaults={
            "name": "Les Quatre Vents SARL",
            "form": "SARL",
            "capital": "8 000 €",
            "register": "RCS Poitiers",
        },
    )
    Conditions.objects.update_or_create(shop=shop, defaults=SAID | said)
    return shop


def publish_for(shop: Shop, **said: object) -> TermsVersion:
    """Publish what a shop fills in."""
    fill_in(shop, **said)
    return publish(shop=shop, actor=SYSTEM, now=timezone.now())
