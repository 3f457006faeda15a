"""Addresses of `office`."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.office import (
    directory,
    doors,
    factor,
    figures,
    mails,
    members,
    messages,
    network,
    overview,
    people,
    requests,
)
from comptoir.office.oversight import audit, look, quality
from comptoir.office.pages import banner, editor, history, pictures, texts

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
    path("personnes/<int:person_id>/facteur", people.lost_factor, name="lost_factor"),
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
    path("pages", texts.pages, name="pages"),
    path("pages/ajouter", editor.new_page, name="page_add"),
    path("actualites", texts.news, name="news"),
    path("actualites/ajouter", editor.new_item, name="news_add"),
    path("textes/<int:publication_id>", editor.text, name="text"),
    path("textes/<int:publication_id>/historique", history.history, name="text_history"),
    path("textes/<int:publication_id>/ordre", texts.moved, name="text_move"),
    path("textes/<int:publication_id>/retirer", texts.withdrawn, name="text_withdraw"),
    path("textes/<int:publication_id>/supprimer", texts.deleted, name="text_delete"),
    path("images", pictures.pictures, name="pictures"),
    path("images/<int:picture_id>/supprimer", pictures.removed, name="picture_remove"),
    path("banniere", banner.banner, name="banner"),
    path("banniere/<int:banner_id>/fin", banner.ended, name="banner_end"),
    path("messages", messages.messages, name="messages"),
    path("messages/ecrire", messages.write, name="message_add"),
    path("messages/<int:circular_id>", messages.message, name="message"),
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
