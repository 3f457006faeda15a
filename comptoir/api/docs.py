"""The OpenAPI document and the page that shows it: no script, nothing from elsewhere."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from comptoir.api.v1 import document


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter or property, as the page shows it."""

    name: str
    where: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address, as the page shows it."""

    anchor: str
    method: str
    path: str
    summary: str
    parameters: list[Field]
    body: list[Field]
    answer: list[Field]
    status: str
    needs_token: bool


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer the OpenAPI 3.1 document."""
    content = json.dumps(document(get_language() or "fr"), ensure_ascii=False)
    response = HttpResponse(content, content_type="application/json")
    response["Cache-Control"] = "public, max-age=300"
    response["Vary"] = "Accept-Language"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the document to people."""
    found = document(get_language() or "fr")
    sections: dict[str, list[Operation]] = {}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            tag = gettext(operation.get("tags", ["API"])[0])
            sections.setdefault(tag, []).append(_operation(found, path, method, operation))
    context = {"sections": sections, "about": found["info"]["description"]}
    return render(request, "api/docs.html", context)


def _operation(
    found: dict[str, Any], path: str, method: str, operation: dict[str, Any]
) -> Operation:
    status = next(iter(operation["responses"]))
    return Operation(
        anchor=f"{method}{path}".replace("/", "-").replace("{", "").replace("}", ""),
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        parameters=[
            Field(
                name=item["name"],
                where=item["in"],
                kind=_kind(item["schema"]),
                required=bool(item.get("required")),
                description=item.get("description") or item["schema"].get("description", ""),
            )
            for item in operation.get("parameters", [])
        ],
        body=_fields(found, operation.get("requestBody", {})),
        answer=_fields(found, operation["responses"][status]),
        status=str(status),
        needs_token="security" in operation,
    )


def _fields(found: dict[str, Any], part: dict[str, Any]) -> list[Field]:
    content = part.get("content", {}).get("application/json", {}).get("schema", {})
    schema = _resolved(found, content)
    required = schema.get("required", [])
    return [
        Field(name, "", _kind(value), name in required, value.get("description", ""))
        for name, value in schema.get("properties", {}).items()
    ]


def _resolved(found: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, also that of an optional body."""
    options = [schema, *schema.get("anyOf", [])]
    for option in options:
        if "$ref" in option:
            named: dict[str, Any] = found["components"]["schemas"][option["$ref"].rsplit("/", 1)[1]]
            return named
    return schema


def _kind(schema: dict[str, Any]) -> str:
    """Return a schema in a word or two: `integer | null`, `OrderLineIn[]`."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " | ".join(_kind(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"{_kind(schema.get('items', {}))}[]"
    return str(schema.get("format") or schema.get("type", ""))
