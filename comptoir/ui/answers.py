"""Answers whose content is their version: who has it already is told so."""

from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the answer with the tag of its content, or a short one that says that nothing changed
    (RFC 9110, section 13). The answer has its headers before."""
    tag = f'"{blake2b(response.content, digest_size=10).hexdigest()}"'
    response["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=response) or response
