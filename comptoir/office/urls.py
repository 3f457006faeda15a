"""Addresses of `office`."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.office import doors, mails, overview

app_name = "office"
network_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("portes", doors.doors, name="doors"),
    path("portes/<int:closing_id>/ouvrir", doors.opened, name="doors_open"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("courriels", mails.mails, name="mails"),
    path("<slug:network_slug>/", include(network_patterns)),
]
