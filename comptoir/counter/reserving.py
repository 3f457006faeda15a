"""What a reservation typed at the counter is made of, before it is placed."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import Product, ProductState
from comptoir.core.identifiers import read_key
from comptoir.counter.scanning import find_scanned_ean, read_scan
from comptoir.orders.models import Channel, Order
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest
from comptoir.search.query import SearchRequest, search
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer
from comptoir.stock.shelf.copies import CopyFacts, facts_of
from comptoir.stock.shelf.standing import Standing, standings

CHOICES_SHOWN = 8
CHANNELS = (Channel.PHONE, Channel.EMAIL, Channel.COUNTER)


@dataclass(frozen=True, slots=True)
class Choice:
    """One title that a search found: what the shop has of it, and whether it may be ordered."""

    product: Product
    offers: list[Standing]

    @property
    def may_order(self) -> bool:
        """Whether the shop could order it: the catalogue knows it."""
        return self.product.state == ProductState.LISTED


@dataclass(frozen=True, slots=True)
class Picked:
    """One chosen line, as the form carries it: `o12` (an offer) or `p34` (to be ordered)."""

    word: str
    product: Product
    offer: Offer | None

    @property
    def copy(self) -> CopyFacts | None:
        """What is told of a one-off copy."""
        return facts_of(self.offer) if self.offer else None

    @property
    def request(self) -> LineRequest:
        """The line as `place` takes it."""
        return LineRequest(self.product.pk, self.offer.pk if self.offer else None)


def find_choices(shop: Shop, text: str) -> list[Choice]:
    """Return the titles that a typed or scanned text may mean, with what this shop has of them."""
    ean = find_scanned_ean(text)
    if ean:
        products = list(Product.objects.filter(ean=ean))
    else:
        page = search(SearchRequest(read_scan(text), limit=CHOICES_SHOWN))
        products = [hit.product for hit in page.hits]
    return with_own_offers(shop, products)


def with_own_offers(shop: Shop, products: Iterable[Product]) -> list[Choice]:
    """Return the products with this shop's offers of them, new before used."""
    listed = list(products)
    known = standings(shop, [product.pk for product in listed])
    own = [each for each in known if not each.is_past]
    return [
        Choice(product, [each for each in own if each.offer.product_id == product.pk])
        for product in listed
    ]


def only_offer(choices: list[Choice]) -> str | None:
    """Return the word of the one offer that a scan can only mean, if there is just one."""
    if len(choices) != 1:
        return None
    ready = [own.offer for own in choices[0].offers if own.available > 0]
    return f"o{ready[0].pk}" if len(ready) == 1 else None


def read_picked(shop: Shop, words: Iterable[str]) -> list[Picked]:
    """Return the lines that the form's words mean; words of other shops are dropped."""
    asked = [word for word in words if word[:1] in {"o", "p"}]
    keys = {word: key for word in asked if (key := read_key(word[1:]))}
    offers = (
        Offer.objects.filter(shop=shop)
        .select_related("product")
        .in_bulk([key for word, key in keys.items() if word[0] == "o"])
    )
    products = Product.objects.listed().in_bulk(
        [key for word, key in keys.items() if word[0] == "p"]
    )
    picked = []
    for word in asked:
        offer = offers.get(keys.get(word, 0)) if word[0] == "o" else None
        product = offer.product if offer else products.get(keys.get(word, 0))
        if product is not None and (offer is not None or word[0] == "p"):
            picked.append(Picked(word, product, offer))
    return picked


def place_typed(
    *,
    shop: Shop,
    picked: list[Picked],
    name: str,
    contact: str,
    channel: Channel,
    language: str,
    form_key: str,
    actor: Actor,
) -> Order:
    """Place what staff typed; the same form sent twice is one order.

    `contact` is an e-mail address or a telephone number. Raises what
    `orders.operations.place` refuses.
    """
    contact = contact.strip()
    is_email = "@" in contact
    words = [*(line.word for line in picked), name.strip(), contact, channel.value]
    digest = sha256("\n".join(words).encode()).hexdigest()
    return place(
        PlaceRequest(
            shop_id=shop.pk,
            lines=tuple(line.request for line in picked),
            customer=Customer(
                name=name,
                email=contact if is_email else "",
                phone="" if is_email else contact,
                language=language,
            ),
            channel=channel,
            actor=actor,
            idempotency_key=f"counter-{shop.pk}-{form_key[:36]}-{digest[:16]}",
            request_digest=digest,
            trusted=True,
        )
    )
