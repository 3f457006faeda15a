"""Django application of `site`."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """What the public sees."""

    name = "comptoir.site"
    label = "site"

    def ready(self) -> None:
        """Register with notifications how the site's own mails are completed."""
        from comptoir.site.by_mail import orders
        from comptoir.site.rights import links

        links.prepare()
        orders.prepare()
