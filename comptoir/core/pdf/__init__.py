"""Papers to print, as PDF: one way for all of Comptoir's."""

from comptoir.core.pdf.paper import A4, Paper

__all__ = ["A4", "Paper"]
