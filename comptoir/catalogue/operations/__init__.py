"""The verbs of the catalogue."""

from comptoir.catalogue.operations.imports import ImportSummary, import_file
from comptoir.catalogue.operations.notices import Taken, take_notices
from comptoir.catalogue.operations.prices import take_due_prices
from comptoir.catalogue.operations.stubs import Release, add_product, stub_products, stub_releases

__all__ = [
    "ImportSummary",
    "Release",
    "Taken",
    "add_product",
    "import_file",
    "stub_products",
    "stub_releases",
    "take_due_prices",
    "take_notices",
]
