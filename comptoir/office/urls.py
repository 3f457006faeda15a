"""Addresses of `office`."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.office import figures, mails, overview

app_name = "office"
network_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("chiffres", figures.figures, name="figures"),
    path("chiffres.csv", figures.table, name="figures_csv"),
    path("rapport.pdf", figures.yearly, name="figures_report"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("courriels", mails.mails, name="mails"),
    path("<slug:network_slug>/", include(network_patterns)),
]
