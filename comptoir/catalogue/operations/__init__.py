"""The verbs of the catalogue."""

from comptoir.catalogue.operations.importing import ImportSummary, import_file
from comptoir.catalogue.operations.stubs import Release, add_product, stub_products, stub_releases
from comptoir.catalogue.operations.taking import Taken, take_notices

__all__ = [
    "ImportSummary",
    "Release",
    "Taken",
    "add_product",
    "import_file",
    "stub_products",
    "stub_releases",
    "take_notices",
]
