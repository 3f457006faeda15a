"""The language of a page: that of its address (`langue`), else the reader's.

A link that names its language shows the same to everybody: search engines are given one for each,
and whoever follows it from their results reads what they were promised. No cookie is set by it:
the next page is in the reader's own language again, unless they choose one at the foot.
"""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

PARAMETER = "langue"


class AddressLanguage(LocaleMiddleware):
    """Django's middleware, for which the address comes before the cookie and the browser."""

    def process_request(self, request: HttpRequest) -> None:
        """Take the language of the address, if it names one that there is."""
        if wanted := named_language(request):
            translation.activate(wanted)
            request.LANGUAGE_CODE = translation.get_language()
        else:
            super().process_request(request)


def named_language(request: HttpRequest) -> str:
    """Return the language that an address names, or nothing."""
    wanted = request.GET.get(PARAMETER, "")
    return wanted if wanted in dict(settings.LANGUAGES) else ""


def language_of(request: HttpRequest) -> str:
    """Return the language in which a request is answered, also where this middleware was not
    reached: of the address, else the reader's own."""
    asked = named_language(request) or translation.get_language_from_request(request)
    return getattr(request, "LANGUAGE_CODE", asked)


def asked_language(request: HttpRequest) -> str:
    """Return the language that an address names, else the installation's: of what is the same to
    everybody who asks for one address, so that caches keep it for all."""
    return named_language(request) or settings.LANGUAGE_CODE


def in_language(address: str, language: str) -> str:
    """Return an address, without `langue`, as one that asks for a language."""
    return f"{address}{'&' if '?' in address else '?'}{PARAMETER}={language}"
