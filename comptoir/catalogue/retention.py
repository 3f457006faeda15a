"""What `catalogue` keeps about people: what, why, until when."""

from comptoir.core.retention.shape import Declaration

DECLARATION = Declaration(
    kept=(),
    impersonal={
        "catalogue.Contributor.name": "an author or artist, as the title has it in print",
    },
)
