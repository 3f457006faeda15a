"""Addresses of `office`."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.office import (
    directory,
    doors,
    factor,
    figures,
    mails,
    members,
    network,
    overview,
    people,
    requests,
)

app_name = "office"
network_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("annuaire", directory.directory, name="directory"),
    path("annuaire/fichier", directory.draft, name="draft"),
    path("annuaire/membres.csv", directory.fetched, name="directory_csv"),
    path("reseau", network.network, name="network"),
    path("reseau/logo", network.logo, name="logo"),
    path("personnes", people.people, name="people"),
    path("personnes/<int:person_id>", people.person, name="person"),
    path("boutiques", members.members, name="members"),
    path("boutiques/<int:member_id>/sortie", members.leave, name="leave"),
    path("chiffres", figures.figures, name="figures"),
    path("chiffres.csv", figures.table, name="figures_csv"),
    path("rapport.pdf", figures.yearly, name="figures_report"),
    path("demandes", requests.requests, name="requests"),
    path("demandes/inviter", requests.invite, name="invite_shop"),
    path("demandes/<int:request_id>", requests.answer, name="request"),
    path("demandes/adhesions/<int:membership_id>", requests.offer, name="offer"),
    path("portes", doors.doors, name="doors"),
    path("portes/<int:closing_id>/ouvrir", doors.opened, name="doors_open"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("securite", factor.factor, name="factor"),
    path("demandes", requests.unaddressed, name="unaddressed"),
    path("courriels", mails.mails, name="mails"),
    path("<slug:network_slug>/", include(network_patterns)),
]
