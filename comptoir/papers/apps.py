"""Django application of `papers`."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    """Invoices and credit notes of orders paid through us, and posted sales by day."""

    name = "comptoir.papers"
    label = "papers"
