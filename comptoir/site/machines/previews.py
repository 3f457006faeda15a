"""What other sites are told of a page that is shared there, in the words of Open Graph.

Source: https://ogp.me; `twitter:card` is read beside it.
"""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.catalogue.models import Product, ProductKind
from comptoir.events.models import Event
from comptoir.networks.portal import site_address
from comptoir.shops.models import Shop
from comptoir.site.shops.photos import photos_of
from comptoir.ui.cards import HEIGHT, WIDTH
from comptoir.ui.language import in_language

LOCALES = {"fr": "fr_FR", "en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Preview:
    """A page as others show it: its name, a sentence, its card (an address) and what that shows,
    and Open Graph's word for what the page is about. Texts are in the reader's language."""

    title: str
    description: str
    image: str
    alt: str
    kind: str = "website"
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def locale(self) -> str:
        """The language that the page is in."""
        return LOCALES.get(get_language() or "", LOCALES["fr"])

    @property
    def other_locales(self) -> list[str]:
        """The languages that it may be asked for in besides."""
        return [each for each in LOCALES.values() if each != self.locale]


def title_preview(product: Product) -> Preview:
    """Return a title as others show it."""
    name = product.title
    if product.byline:
        name = _("%(title)s, by %(by)s") % {"title": product.title, "by": product.byline}
    told = _("Which bookshop or record shop near you has it on the shelf now. Reserve it there.")
    kind = "book" if product.kind == ProductKind.BOOK else "website"
    return Preview(name, told, _card("site:title_card", product.ref), name, kind)


def shop_preview(shop: Shop) -> Preview:
    """Return a shop of `shops.memory` as others show it: by its first photo, or else its card."""
    words = {
        "kind": shop.get_kind_display(),
        "street": shop.street,
        "postcode": shop.postcode,
        "town": shop.city,
    }
    told = _("%(kind)s, %(street)s, %(postcode)s %(town)s. What it has, when it is open.") % words
    if not shop.street:
        told = _("%(kind)s, %(postcode)s %(town)s. What it has, when it is open.") % words
    title = f"{shop.name}, {shop.city}"
    if photos := photos_of(shop):
        first = photos[0]
        image = site_address() + first.largest
        return Preview(title, told, image, first.alt, width=first.width, height=first.height)
    return Preview(title, told, _card("site:shop_card", shop.slug), shop.name)


def event_preview(event: Event, when: str, place: str) -> Preview:
    """Return an event as others show it, with the card of its shop."""
    told = f"{event.get_kind_display()}, {when}. {place}."
    return Preview(event.title, told, _card("site:shop_card", event.shop.slug), event.shop.name)


def _card(name: str, word: str) -> str:
    """Return the address of a card in the reader's language; the installation's is not named."""
    address = site_address() + reverse(name, args=[word])
    language = get_language() or settings.LANGUAGE_CODE
    return address if language == settings.LANGUAGE_CODE else in_language(address, language)
