"""Django application of `terms`."""

from django.apps import AppConfig


class TermsConfig(AppConfig):
    """Conditions of shops, in versions; who made what they post."""

    name = "comptoir.terms"
    label = "terms"

    def ready(self) -> None:
        """Have orders name a version, their confirmation enclose the conditions and the notice on
        the legal guarantee, and shops publish a version before they post. Files of the
        installation's own that are wrong are told at once. Raises `ImproperlyConfigured`."""
        from comptoir.orders.operations.postal.charges import write_also
        from comptoir.orders.postal.mails import enclose
        from comptoir.quotes.operations.tariffs import ask_first
        from comptoir.terms import enclosure, graphic, law
        from comptoir.terms.operations.orders import check_may_post, name_versions

        law.rows()
        graphic.graphic_in("fr")
        write_also(name_versions)
        enclose(enclosure.conditions)
        enclose(graphic.enclosed)
        ask_first(check_may_post)
