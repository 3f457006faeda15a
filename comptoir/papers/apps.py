"""Django application of `papers`."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NO_ADDRESS, BY_MAIL, PRIVATE = "none", "email", "particulier"
"""What `COMPTOIR_INVOICE_BUYER_ADDRESS` may say: no electronic address of a private buyer, their
mail address, or the word that platforms are said to take for all of them (not confirmed)."""


class PapersConfig(AppConfig):
    """Invoices and credit notes of orders that were paid in advance, and those sales by day."""

    name = "comptoir.papers"
    label = "papers"

    def ready(self) -> None:
        """Refuse a buyer's address that is none of ours, and have quotes know who charges no VAT.
        Raises `ImproperlyConfigured`."""
        if settings.INVOICE_BUYER_ADDRESS not in (NO_ADDRESS, BY_MAIL, PRIVATE):
            told = "COMPTOIR_INVOICE_BUYER_ADDRESS is none, email or particulier."
            raise ImproperlyConfigured(told)
        from comptoir.papers.identity import who_charges_no_vat
        from comptoir.quotes.reads import ask_who_charges_no_vat

        ask_who_charges_no_vat(who_charges_no_vat)
