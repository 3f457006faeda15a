"""The verbs of releases: the only code that changes them."""

from comptoir.releases.operations.announce import (
    ReleaseRequest,
    announce,
    change,
    restore,
    withdraw,
)

__all__ = ["ReleaseRequest", "announce", "change", "restore", "withdraw"]
