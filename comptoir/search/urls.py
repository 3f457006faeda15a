"""Addresses of `search`."""

from django.urls import URLPattern, URLResolver, path

from comptoir.search.views import suggestions

app_name = "search"
urlpatterns: list[URLPattern | URLResolver] = [
    path("suggestions", suggestions, name="suggest"),
]
