"""An invoice as values, and as a file: pages (PDF/A-3) with the same as data in them (Factur-X)."""
