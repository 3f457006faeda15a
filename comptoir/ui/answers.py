"""Answers that several fronts give: one whose content is its version, and a table as a file."""

from collections.abc import Iterable
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the answer with the tag of its content, or a short one that says that nothing changed
    (RFC 9110, section 13). The answer has its headers before."""
    tag = f'"{blake2b(response.content, digest_size=10).hexdigest()}"'
    response["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=response) or response


def as_csv(blocks: Iterable[bytes], name: str) -> StreamingHttpResponse:
    """Return a table as a file of that name, sent while it is read."""
    response = StreamingHttpResponse(blocks, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
