"""Django application of `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who may act."""

    name = "comptoir.accounts"
    label = "accounts"
