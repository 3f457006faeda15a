"""Addresses of `office`."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.office import mails, overview

app_name = "office"
network_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("courriels", mails.mails, name="mails"),
    path("<slug:network_slug>/", include(network_patterns)),
]
