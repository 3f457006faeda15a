"""Addresses that others' contracts name, or that a till's provider calls."""

from django.urls import URLPattern, path

from comptoir.api import tills

urlpatterns: list[URLPattern] = [
    path("tills/<str:provider>/<str:link_token>", tills.call, name="till_call"),
]
