"""Every address of the site, by the package that answers it."""

from django.urls import include, path

from comptoir.config.ask import known
from comptoir.config.health import healthz
from comptoir.config.metrics import metrics
from comptoir.config.mirror import seen
from comptoir.counter.tills.agent import agent_file
from comptoir.counter.urls import sign_in_patterns

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("healthz/seen", seen, name="seen"),
    path("healthz/host", known, name="known_host"),
    path("metrics", metrics, name="metrics"),
    path("api/v1/", include("comptoir.api.urls")),
    path("", include("comptoir.api.outside_urls")),
    path("comptoir/", include("comptoir.counter.urls")),
    path("agent/<str:name>", agent_file, name="agent_file"),
    path("compte/", include(sign_in_patterns)),
    path("compte/", include("comptoir.accounts.urls")),
    path("bureau/", include("comptoir.office.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("demo/", include("comptoir.demo.urls")),
    path("", include("comptoir.search.urls")),
    path("", include("comptoir.site.urls")),
]

handler400 = "comptoir.ui.errors.bad_request"
handler403 = "comptoir.ui.errors.forbidden"
handler404 = "comptoir.ui.errors.not_found"
handler500 = "comptoir.ui.errors.server_error"
