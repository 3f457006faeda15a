"""A shop of django-oscar with one product, for guests; its own environment runs it."""

import os

from django.urls import include, path
from oscar.defaults import *  # noqa: F403

SECRET_KEY = "bench-of-another-program"
ROOT_URLCONF = "oscar_settings"
ALLOWED_HOSTS = ["127.0.0.1"]
SITE_ID = 1
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "oscar",
        "USER": "postgres",
        "HOST": os.environ["BENCH_DATABASE_HOST"],
        "CONN_MAX_AGE": 600,
    }
}
INSTALLED_APPS = __import__("oscar").INSTALLED_APPS
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oscar.apps.search.context_processors.search_form",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.apps.communication.notifications.context_processors.notifications",
                "oscar.core.context_processors.metadata",
            ]
        },
    }
]
AUTHENTICATION_BACKENDS = [
    "oscar.apps.customer.auth_backends.EmailBackend",
    "django.contrib.auth.backends.ModelBackend",
]
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
STATIC_URL = "/static/"
MEDIA_ROOT = os.environ["BENCH_FOLDER"]
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ["BENCH_MAIL_PORT"])
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_DEFAULT_CURRENCY = "EUR"
LOGGING = {"version": 1, "root": {"level": "ERROR"}}


def __getattr__(name: str) -> object:
    """Return the addresses once Django is ready, for this module is both (PEP 562)."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.apps import apps

    return [path("", include(apps.get_app_config("oscar").urls[0]))]
