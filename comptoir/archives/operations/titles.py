"""The titles that an export names, found in this catalogue or made as it describes them."""

from dataclasses import dataclass
from typing import Any

from comptoir.archives.rows import Values, at
from comptoir.catalogue.models import TILL_SOURCE, Product, own_ref
from comptoir.core import outbox
from comptoir.core.errors import Invalid
from comptoir.core.models import OutboxEntry
from comptoir.shops.models import Shop


@dataclass(frozen=True, slots=True)
class Titles:
    """Takes titles for a shop that moves in; `keys` are the keys here by those in the export."""

    shop: Shop
    keys: dict[str, Any]

    def take(self, rows: list[tuple[int, Values]]) -> None:
        """Find or make the titles of these rows: a step inside the verb. What the catalogue knows
        stays as it is. Raises `Invalid`."""
        wanted = {}
        for line, values in rows:
            key = values.pop("id")
            if values["source"] == TILL_SOURCE:
                values["source_ref"] = own_ref(self.shop.pk, values["source_ref"])
            if not values["ean"] and not values["source_ref"]:
                error = Invalid("bad_row", "ean, source_ref", field="ean")
                raise at(error, "products.csv", line)
            wanted[str(key)] = values
        known = _known(wanted)
        missing = [each for each in wanted.values() if _name(each) not in known]
        Product.objects.bulk_create([Product(**each) for each in missing], ignore_conflicts=True)
        found = known | _known(wanted)
        new = {found[_name(each)] for each in missing}
        outbox.publish(OutboxEntry.Topic.PRODUCT, new)
        self.keys.update({key: found[_name(each)] for key, each in wanted.items()})


def _name(values: Values) -> tuple[str, str]:
    return ("", values["ean"]) if values["ean"] else (values["source"], values["source_ref"])


def _known(wanted: dict[str, Values]) -> dict[tuple[str, str], int]:
    eans = [each["ean"] for each in wanted.values() if each["ean"]]
    refs = [each["source_ref"] for each in wanted.values() if not each["ean"]]
    by_ean = Product.objects.filter(ean__in=eans).values_list("ean", "pk")
    found = {("", ean): key for ean, key in by_ean if ean}
    by_ref = Product.objects.filter(ean=None, source_ref__in=refs)
    return found | {
        (source, ref): key for source, ref, key in by_ref.values_list("source", "source_ref", "pk")
    }
