"""Every error of the API as a problem (RFC 9457), in the reader's language.

`code` is stable and `type` is the same as a URN, `detail` is what to do, and the error's own data
stand beside them.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel, ConfigDict, Field

from comptoir.core import errors
from comptoir.core.db import is_gone
from comptoir.core.limits import TooMany
from comptoir.core.streams import Incomplete

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
SOON = 5
BUSY = 503
"""Of every other error of the domain: it is our side that cannot answer now."""
_DATABASE_GONE = gettext_lazy(
    "The database cannot be reached just now. What was sent may have been done or not: ask, or send"
    " it again with the same key (Idempotency-Key)."
)
_STATUS = {
    TooMany: 429,
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
    Incomplete: 408,
}


class ProblemOut(BaseModel):
    """RFC 9457."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str = Field(description=gettext_noop("What happened and what to do, in your language"))
    code: str = Field(description=gettext_noop("Stable: for programs"))


class Refused(errors.DomainError):
    """What HTTP itself refuses, before any verb is called: `status` is its number."""

    def __init__(self, status: int, code: str, message: errors.Message, **data: Any) -> None:  # noqa: ANN401
        super().__init__(code, message, **data)
        self.status = status


def problem(status: int, code: str, detail: str, data: dict[str, Any]) -> HttpResponse:
    """Return the answer of one problem."""
    reserved = {
        "type": f"urn:comptoir:problem:{code}",
        "title": str(_title(status)),
        "status": status,
        "detail": detail,
        "code": code,
    }
    response = HttpResponse(
        json.dumps({**data, **reserved}, cls=DjangoJSONEncoder, ensure_ascii=False),
        status=status,
        content_type=CONTENT_TYPE,
    )
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = get_language() or "fr"
    response["Vary"] = "Accept-Language"
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    if status in {BUSY, HTTPStatus.TOO_MANY_REQUESTS}:
        response["Retry-After"] = str(data.get("retry_after", 1))
    return response


def from_error(error: Exception, request: HttpRequest) -> HttpResponse:
    """Return the problem that an exception is. What nobody expected is logged, not shown."""
    if isinstance(error, errors.DomainError):
        return problem(_status(error), error.code, str(error.message), error.data)
    if isinstance(error, ValidationError):
        return invalid_fields(error.errors)
    if isinstance(error, HttpError):
        return from_status(error.status_code)
    if isinstance(error, Http404):
        return from_status(404)
    if isinstance(error, RequestDataTooBig):
        return from_status(413)
    if isinstance(error, PermissionDenied):
        return from_status(403)
    if isinstance(error, BadRequest | SuspiciousOperation):
        return from_status(400)
    if is_gone(error):
        logger.warning("The database is gone: %s", error)
        return problem(BUSY, "database_gone", str(_DATABASE_GONE), {"retry_after": SOON})
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return from_status(500)


def from_status(status: int) -> HttpResponse:
    """Return the problem of a plain HTTP status."""
    code, detail = {
        400: ("bad_request", _("This request cannot be read: check its headers and its body.")),
        401: (
            "unauthorized",
            _("A token is needed: send “Authorization: Bearer …” with a token of the shop."),
        ),
        403: ("forbidden", _("This is not allowed.")),
        404: ("not_found", _("There is nothing at this address.")),
        405: ("method_not_allowed", _("This address does not take this method: see “Allow”.")),
        413: ("too_large", _("This body is too large.")),
        429: ("too_many_requests", _("Too many requests: try again later.")),
    }.get(
        status,
        (
            "internal",
            _("Something broke on our side: look whether it was done before trying again."),
        ),
    )
    return problem(status if code != "internal" else 500, code, detail, {})


def as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """Return a refusal that a library wrote in its own words as a problem, others unchanged."""
    if response.status_code < 400 or response.get("Content-Type") == CONTENT_TYPE:
        return response
    answer = from_status(response.status_code)
    if "Allow" in response:
        answer["Allow"] = response["Allow"]
    return answer


def field_problem(code: str, field: str, detail: str) -> dict[str, str]:
    """Return one wrong field as it stands in a problem's `errors`."""
    return {"code": code, "field": field, "detail": detail}


def _status(error: errors.DomainError) -> int:
    if isinstance(error, Refused):
        return error.status
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), BUSY)


def invalid_fields(found: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """Return the problem of fields that do not validate, from pydantic's own list."""
    if found and found[0]["type"] == "json_invalid":
        return problem(400, "invalid_json", _("This body is not JSON in UTF-8."), {})
    wrong = [
        field_problem(str(item["type"]), ".".join(map(str, item["loc"])), str(item["msg"]))
        for item in found[:100]
    ]
    names = ", ".join(item["field"] for item in wrong[:5])
    detail = _("These fields are missing or wrong: %(names)s.") % {"names": names}
    return problem(422, "invalid_request", detail, {"errors": wrong})


def _title(status: int) -> str:
    return {
        400: _("Request not understood"),
        401: _("Token needed"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("Method not allowed"),
        408: _("Not arrived in time"),
        409: _("The state has changed"),
        411: _("Length needed"),
        413: _("Too large"),
        415: _("Format not known"),
        422: _("Request not valid"),
        429: _("Too many requests"),
        503: _("Not available now"),
    }.get(status, _("Something broke"))
