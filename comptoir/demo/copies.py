"""Used copies of the demonstration's record shops, each with its grade, its sleeve and a note."""

from random import Random

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product, ProductKind
from comptoir.shops.models import Shop, ShopKind
from comptoir.stock.copies.operations import CopyDetails, enter_copy
from comptoir.stock.models import Offer

COPIES = 12
GRADES = ("NM", "VG+", "VG+", "VG", "VG", "G+", "G")
NOTES = (
    "",
    "Pressage d’origine",
    "Léger pli au dos de la pochette",
    "Avec l’encart",
    "Nom au stylo sur l’étiquette",
    "Craque un peu en début de face B",
    "Exemplaire de station de radio",
)


def load_copies(shops: list[Shop]) -> None:
    """Put a few one-off copies on sale in each record shop; loading them again changes nothing."""
    for shop in shops:
        if shop.kind == ShopKind.BOOKS:
            continue
        random = Random(shop.slug)  # noqa: S311 - the same shelves every time
        has = Offer.objects.filter(shop=shop, product__kind=ProductKind.RECORD)
        keys = sorted(set(has.values_list("product", flat=True)))
        for number, key in enumerate(random.sample(keys, min(COPIES, len(keys)))):
            product = Product.objects.get(pk=key)
            grade = random.choice(GRADES)
            share = random.randint(30, 70)
            enter_copy(
                shop=shop,
                product_id=key,
                details=CopyDetails(
                    grade,
                    max(200, (product.list_price_cents or 2000) * share // 10_000 * 100),
                    random.choice(GRADES),
                    random.choice(NOTES),
                ),
                actor=SYSTEM,
                ref=f"C{number + 1:06d}",
            )
