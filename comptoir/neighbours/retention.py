"""What `neighbours` keeps about people: nothing. What a reader asks is kept nowhere; answers stay a
minute in the process, by the question and a rounded place."""

from comptoir.core.retention.shape import Declaration

DECLARATION = Declaration(
    kept=(),
    impersonal={
        "neighbours.Neighbour.name": "what an installation is called",
        "neighbours.Neighbour.address": "the address of a site",
    },
)
