"""The verbs on all that is a shop's: export, import, farewell."""

from comptoir.archives.operations.arrivals import Moved, move_in
from comptoir.archives.operations.exports import export_shop

__all__ = ["Moved", "export_shop", "move_in"]
