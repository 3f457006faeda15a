"""What may be done to a network, and by whom (`scope`)."""

from comptoir.networks.operations.networks import (
    NetworkChange,
    change_network,
    create_network,
    set_logo,
)
from comptoir.networks.operations.people import appoint, release

__all__ = ["NetworkChange", "appoint", "change_network", "create_network", "release", "set_logo"]
