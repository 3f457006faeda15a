"""The ASGI application of the live feeds; the site itself is `wsgi`."""

import os

import django

from comptoir.core.processes import SUPERVISOR, end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
if SUPERVISOR in os.environ:
    end_with_parent()
django.setup()

from comptoir.live.app import Live  # noqa: E402

application = Live()
