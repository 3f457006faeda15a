"""Addresses of `api`."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from comptoir.api import docs
from comptoir.api.v1 import api

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("docs", docs.page, name="docs"),
    path("openapi.json", docs.openapi, name="openapi"),
    path("", RedirectView.as_view(pattern_name="api:docs"), name="root"),
    path("", api.urls),
]
