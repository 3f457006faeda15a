"""Addresses that others' contracts name, or that a till's provider calls."""

from django.urls import URLPattern, path

from comptoir.api.routes import passculture, tills

urlpatterns: list[URLPattern] = [
    path("tills/<str:provider>/<str:link_token>", tills.call, name="till_call"),
    path("stocks/<str:siret>", passculture.stocks, name="provider_stocks"),
    path("public/offers/v1/products/ean", passculture.push, name="provider_push"),
]
