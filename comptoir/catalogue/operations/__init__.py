"""The verbs of the catalogue."""

from comptoir.catalogue.operations.importing import ImportSummary, import_file
from comptoir.catalogue.operations.stubs import stub_products
from comptoir.catalogue.operations.taking import Taken, take_notices

__all__ = ["ImportSummary", "Taken", "import_file", "stub_products", "take_notices"]
