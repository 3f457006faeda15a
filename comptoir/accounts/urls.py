"""Addresses of sign-in: a code by e-mail or a passkey, and what protects an account.

allauth has more pages (sign-up, passwords, changes of address); nobody needs them here, so they
have no address: staff are invited, and there is no password to steal.
"""

from allauth.account import views
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.request_login_code, name="account_login"),
    path("code/", views.request_login_code, name="account_request_login_code"),
    path("code/confirmer/", views.confirm_login_code, name="account_confirm_login_code"),
    path("sortie/", views.logout, name="account_logout"),
    path("inactif/", views.account_inactive, name="account_inactive"),
    path("verifier/", views.reauthenticate, name="account_reauthenticate"),
    path("securite/", include("allauth.mfa.urls")),
]
