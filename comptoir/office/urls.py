"""Addresses of `office`."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.office import (
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
from comptoir.office.oversight import audit, look, quality

app_name = "office"
network_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
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
    path("qualite", quality.quality, name="quality"),
    path("qualite.csv", quality.quality_csv, name="quality_csv"),
    path("qualite/<slug:slug>", quality.ask, name="ask"),
    path("audit", audit.audit, name="audit"),
    path("audit.csv", audit.audit_csv, name="audit_csv"),
    path("reservation", look.look, name="look"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("securite", factor.factor, name="factor"),
    path("demandes", requests.unaddressed, name="unaddressed"),
    path("courriels", mails.mails, name="mails"),
    path("journal", audit.journal, name="journal"),
    path("journal.csv", audit.journal_csv, name="journal_csv"),
    path("<slug:network_slug>/", include(network_patterns)),
]
