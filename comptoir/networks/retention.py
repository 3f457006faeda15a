"""What `networks` keeps about people: what, why, until when."""

from comptoir.core.retention.shape import Declaration

DECLARATION = Declaration(
    kept=(),
    impersonal={
        "networks.Network.name": "what an association is called",
    },
)
