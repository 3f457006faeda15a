"""The demonstration region: shops, people, products, stock, and a few reservations."""

from comptoir.accounts.models import User
from comptoir.catalogue.models import Product
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import publish
from comptoir.demo.people import MANAGER, load_shops, load_staff
from comptoir.demo.region import SHOPS
from comptoir.demo.scale import Loaded, Progress, analyze, load, silent

PRODUCTS, OFFERS = 6_000, 64_000


def is_loaded() -> bool:
    """Tell whether the region is there, whole: its people come last."""
    return User.objects.filter(email=MANAGER).exists()


def load_region(progress: Progress = silent) -> Loaded:
    """Load the demonstration region; loading it again changes nothing."""
    before = Product.objects.filter(demo=True).count()
    loaded = load(products=PRODUCTS, offers=OFFERS, shops=SHOPS, progress=progress)
    load_staff(load_shops(SHOPS))
    if loaded.products != before:
        keys = Product.objects.filter(demo=True).values_list("id", flat=True)
        publish(OutboxEntry.Topic.PRODUCT, keys)
        analyze()
    return loaded
