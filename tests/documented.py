"""Every answer of `/api/v1/` is what the OpenAPI document says, whichever test asked for it.

A program made from the document reads no other answer. Fields that the document does not name are
wrong too: nobody would find them.
"""

import json
import re
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from comptoir.api.documents import REF
from comptoir.api.v1 import PREFIX, document

_DOCUMENT = "urn:openapi"
# The document itself, and the page that shows it.
_OTHERS = frozenset({PREFIX, f"{PREFIX}docs", f"{PREFIX}openapi.json"})
_PROBLEM = {
    "content": {"application/problem+json": {"schema": {"$ref": REF.format(model="ProblemOut")}}}
}


def wrong_in(request: HttpRequest, response: HttpResponseBase) -> list[str]:
    """Return what is wrong with an answer by the document, nothing when all is right."""
    path, method, status = request.path_info, str(request.method), response.status_code
    if not path.startswith(PREFIX) or path in _OTHERS:
        return []
    operation = _operation(path, method.lower())
    answer = operation.get("responses", {}).get(status, _PROBLEM if status >= 400 else None)
    wrong = ["there is no such answer"] if answer is None else _wrong_body(answer, response)
    if status < 400 and _lacks_body(request, operation):
        wrong.append("a body is needed, and was not")
    return [f"{method} {path} {status}: {each}" for each in wrong]


def _lacks_body(request: HttpRequest, operation: dict[str, Any]) -> bool:
    needed = operation.get("requestBody", {}).get("required", False)
    sent = request.META.get("CONTENT_LENGTH") or request.META.get("HTTP_TRANSFER_ENCODING")
    return bool(needed) and sent in {None, "", "0"}


def _wrong_body(answer: dict[str, Any], response: HttpResponseBase) -> list[str]:
    content = getattr(response, "content", b"")
    kinds = answer.get("content", {})
    if not kinds:
        return ["there is a body"] if content else []
    kind = response.get("Content-Type", "").partition(";")[0]
    if kind not in kinds:
        return [f"it is {kind or 'nothing'}, not {' or '.join(kinds)}"]
    if not kind.endswith("json"):
        return []
    errors = _validator(json.dumps(kinds[kind]["schema"])).iter_errors(json.loads(content))
    return [f"{error.json_path}: {error.message}" for error in errors]


@lru_cache
def _validator(schema: str) -> Draft202012Validator:
    """Return the validator of a schema, which may name others of the document."""
    whole = json.loads(json.dumps(document("en")))
    for named in whole["components"]["schemas"].values():
        if "properties" in named:
            named.setdefault("additionalProperties", False)
    registry = Registry().with_resource(_DOCUMENT, DRAFT202012.create_resource(whole))
    return Draft202012Validator(
        json.loads(schema.replace('"#/', f'"{_DOCUMENT}#/')), registry=registry
    )


@lru_cache
def _operation(path: str, method: str) -> dict[str, Any]:
    """Return what the document says of a method of an address; nothing if it has none."""
    for template, methods in document("en")["paths"].items():
        pattern = re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path):
            found: dict[str, Any] = methods.get(method, {})
            return found
    return {}
