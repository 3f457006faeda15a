"""Addresses of `demo`."""

from django.urls import URLPattern, URLResolver, path

from comptoir.demo import views

app_name = "demo"
urlpatterns: list[URLPattern | URLResolver] = [
    path("mails", views.mails, name="mails"),
    path("mails/<int:message_id>", views.mail, name="mail"),
    path("mails/<int:message_id>/html", views.mail_html, name="mail_html"),
]
