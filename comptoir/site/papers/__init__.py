"""Invoices, for the reader whose order it is."""
