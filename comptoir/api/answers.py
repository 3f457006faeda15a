"""Turning a schema into the answer: bytes once, a validator for caches, and who may read it."""

from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

JSON = "application/json"


def public(request: HttpRequest, body: BaseModel, *, seconds: int) -> HttpResponse:
    """Return an answer anybody may read, from any site, and keep for some seconds.

    The `ETag` is of the content; a client that already has it gets 304 and no body.
    """
    content = body.model_dump_json(by_alias=True).encode()
    etag = f'W/"{blake2b(content, digest_size=12).hexdigest()}"'
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    if known == "*" or etag in {value.strip() for value in known.split(",")}:
        response = HttpResponse(status=304)
        del response["Content-Type"]
    else:
        response = HttpResponse(content, content_type=JSON)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={seconds}"
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag"
    return response


def private(body: BaseModel, *, status: int = 200) -> HttpResponse:
    """Return an answer for this client alone, kept by nobody."""
    response = HttpResponse(
        body.model_dump_json(by_alias=True).encode(), status=status, content_type=JSON
    )
    response["Cache-Control"] = "private, no-store"
    return response
