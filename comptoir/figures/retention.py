"""What `figures` keeps about people: nothing.

Its rows are counts by shop and day, or by title, month and nearest shop; they stay when the
personal data of the orders they were counted from are erased. Whether a reader was new is asked of
the keyed hashes while orders have them, and only the count is kept.
"""

from comptoir.core.retention.shape import Declaration

DECLARATION = Declaration(kept=(), impersonal={})
