"""What a process remembers for a moment between two batches: shops, and how much they have."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from django.utils import timezone

from comptoir.shops.models import Shop
from comptoir.stock.shelf.standing import free_copies


class FreeCopies:
    """How many copies of a shop nobody has confirmed for themselves, remembered for a moment.

    Adding up a large shop takes milliseconds, and a tenth of it hardly moves in a minute.
    """

    def __init__(self, remember: timedelta = timedelta()) -> None:
        self._remember = remember
        self._known: dict[int, int] = {}
        self._since = timezone.now()

    def find(self, shop_ids: Collection[int], held: Mapping[int, int]) -> dict[int, int]:
        """Return them by shop: those that are free, and those `held` for unconfirmed orders."""
        if timezone.now() - self._since >= self._remember:
            self._known, self._since = {}, timezone.now()
        if missing := [key for key in shop_ids if key not in self._known]:
            free = free_copies(missing)
            for key in missing:
                self._known[key] = free.get(key, 0) + held.get(key, 0)
        return {key: self._known[key] for key in shop_ids}


class Shops:
    """The shops of a batch with their closures, remembered for a moment.

    A closure entered in that moment is not lost: whoever enters it moves the deadlines, and expiry
    works them out again.
    """

    def __init__(
        self, remember: timedelta = timedelta(), remember_copies: timedelta = timedelta()
    ) -> None:
        self.free = FreeCopies(remember_copies)
        self._remember = remember
        self._known: dict[int, Shop] = {}
        self._since = timezone.now()

    def find(self, keys: set[int]) -> dict[int, Shop]:
        """Return those of the shops that the public sees, by key."""
        if timezone.now() - self._since >= self._remember:
            self._known, self._since = {}, timezone.now()
        if missing := keys - self._known.keys():
            shops = Shop.objects.open_to_public().filter(pk__in=missing)
            self._known |= {
                shop.pk: shop for shop in shops.prefetch_related("closures", "services")
            }
        return {key: self._known[key] for key in keys & self._known.keys()}
