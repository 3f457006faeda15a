"""Addresses of what protects an account; those of sign-in itself are in `counter.urls`.

allauth has more pages (sign-up, passwords, changes of address); nobody needs them here, so they
have no address: staff are invited, and there is no password to steal.
"""

from allauth.account import views
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("sortie/", views.logout, name="account_logout"),
    path("inactif/", views.account_inactive, name="account_inactive"),
    path("verifier/", views.reauthenticate, name="account_reauthenticate"),
    path("securite/", include("allauth.mfa.urls")),
]
