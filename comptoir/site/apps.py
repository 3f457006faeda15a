"""Django application of `site`."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """What the public sees."""

    name = "comptoir.site"
    label = "site"
