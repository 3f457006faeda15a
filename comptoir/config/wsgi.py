"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from comptoir.core.processes import SUPERVISOR, end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
if SUPERVISOR in os.environ:
    end_with_parent()
application = get_wsgi_application()
