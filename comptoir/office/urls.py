"""Addresses of `office`."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.office import factor, mails, overview, requests

app_name = "office"
network_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("demandes", requests.requests, name="requests"),
    path("demandes/inviter", requests.invite, name="invite_shop"),
    path("demandes/<int:request_id>", requests.answer, name="request"),
    path("demandes/adhesions/<int:membership_id>", requests.offer, name="offer"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("securite", factor.factor, name="factor"),
    path("demandes", requests.unaddressed, name="unaddressed"),
    path("courriels", mails.mails, name="mails"),
    path("<slug:network_slug>/", include(network_patterns)),
]
