"""Addresses of `office`."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.office import directory, mails, overview

app_name = "office"
network_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("annuaire", directory.directory, name="directory"),
    path("annuaire/fichier", directory.draft, name="draft"),
    path("annuaire/membres.csv", directory.fetched, name="directory_csv"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("courriels", mails.mails, name="mails"),
    path("<slug:network_slug>/", include(network_patterns)),
]
