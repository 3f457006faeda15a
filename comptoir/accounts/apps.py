"""Django application of `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who may act."""

    name = "comptoir.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Have a session in which somebody adds a factor count as one that gave it: allauth has no
        other place to say so than its signal."""
        from allauth.mfa.signals import authenticator_added

        from comptoir.accounts.factor import note_added

        authenticator_added.connect(note_added, dispatch_uid="comptoir.accounts.factor")
