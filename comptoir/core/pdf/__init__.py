"""Papers to print, as PDF: one way for all of Comptoir's."""

from comptoir.core.pdf.paper import Paper

__all__ = ["Paper"]
