"""Addresses of `office`."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.office import mails, overview
from comptoir.office.oversight import audit, look, quality

app_name = "office"
network_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("qualite", quality.quality, name="quality"),
    path("qualite.csv", quality.quality_csv, name="quality_csv"),
    path("qualite/<slug:slug>", quality.ask, name="ask"),
    path("audit", audit.audit, name="audit"),
    path("audit.csv", audit.audit_csv, name="audit_csv"),
    path("reservation", look.look, name="look"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("courriels", mails.mails, name="mails"),
    path("journal", audit.journal, name="journal"),
    path("journal.csv", audit.journal_csv, name="journal_csv"),
    path("<slug:network_slug>/", include(network_patterns)),
]
