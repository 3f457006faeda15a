"""The verbs of papers: how a shop names itself on them, issuing them, and their end."""

from comptoir.papers.operations.credits import credit, credit_due
from comptoir.papers.operations.erasure import erase_old
from comptoir.papers.operations.identity import IdentitySaid, write_identity
from comptoir.papers.operations.invoices import issue

__all__ = ["IdentitySaid", "credit", "credit_due", "erase_old", "issue", "write_identity"]
