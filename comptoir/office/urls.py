"""Addresses of `office`."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.office import mails, messages, overview
from comptoir.office.pages import banner, editor, history, pictures, texts

app_name = "office"
network_patterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
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
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.home, name="home"),
    path("courriels", mails.mails, name="mails"),
    path("<slug:network_slug>/", include(network_patterns)),
]
