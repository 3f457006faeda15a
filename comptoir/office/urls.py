"""Addresses of `office`."""

from django.urls import URLPattern, URLResolver, path

from comptoir.office import mails

app_name = "office"
urlpatterns: list[URLPattern | URLResolver] = [path("courriels", mails.mails, name="mails")]
