"""Addresses of `demo`."""

from django.urls import URLPattern, URLResolver, path

from comptoir.demo import views

app_name = "demo"
urlpatterns: list[URLPattern | URLResolver] = [
    path("caisse.csv", views.till_file, name="till_file"),
    path("mails", views.mails, name="mails"),
    path("mails/<int:message_id>", views.mail, name="mail"),
    path("mails/<int:message_id>/html", views.mail_html, name="mail_html"),
]
