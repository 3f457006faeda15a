"""Gives a shop of django-oscar one product with copies enough; prints its key."""

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from oscar.core.loading import get_model  # noqa: E402

COPIES = 1_000_000

call_command("migrate", verbosity=0)
country, _ = get_model("address", "Country").objects.get_or_create(
    iso_3166_1_a2="FR", defaults={"printable_name": "France", "is_shipping_country": True}
)
Product = get_model("catalogue", "Product")
product = Product.objects.first()
if product is None:
    kind = get_model("catalogue", "ProductClass").objects.create(
        name="Books", requires_shipping=True, track_stock=True
    )
    product = Product.objects.create(title="Title", product_class=kind, structure="standalone")
    partner = get_model("partner", "Partner").objects.create(name="Shop")
    get_model("partner", "StockRecord").objects.create(
        product=product, partner=partner, partner_sku="1", price=10, num_in_stock=COPIES
    )
print(product.pk)
