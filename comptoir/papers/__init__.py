"""Papers that law asks for: invoices, credit notes, and what a shop reports of its posted sales."""
