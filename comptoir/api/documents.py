"""What django-ninja cannot see of the routes that read their own body, for the OpenAPI document;
and the document itself, in the reader's language."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

REF = "#/components/schemas/{model}"
NEEDED: dict[str, Any] = {"requestBody": {"required": True}}
"""The part of an operation that itself refuses an empty body, and whose body django-ninja may
therefore miss: who the client is and whose shop it names is said first."""
_TRANSLATED = frozenset({"description", "summary"})


def body(schema: type[BaseModel], *others: str) -> dict[str, Any]:
    """Return the part of an operation whose body is this schema, or another media type."""
    content: dict[str, Any] = {
        "application/json": {"schema": {"$ref": REF.format(model=schema.__name__)}}
    }
    for media_type in others:
        content[media_type] = {"schema": {"type": "string"}}
    return {"requestBody": {"required": True, "content": content}}


def file_body() -> dict[str, Any]:
    """Return the part of an operation whose body is a file, whatever is in it."""
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return {"requestBody": {"required": True, "content": content}}


def file_answer(media_type: str) -> dict[str, Any]:
    """Return the part of an answer that is a file."""
    return {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}


def or_unchanged(schema: type[BaseModel]) -> dict[int, type[BaseModel] | None]:
    """Return the answers of an operation that tells a client when it has this one already."""
    return {200: schema, 304: None}


def without_null(operation: dict[str, Any]) -> None:
    """Take “or nothing” out of the body of an operation that needs one."""
    body = operation.get("requestBody", {})
    for content in body.get("content", {}).values() if body.get("required") else ():
        options = content["schema"].get("anyOf", [])
        needed = [option for option in options if option != {"type": "null"}]
        if len(needed) == 1:
            content["schema"] = needed[0]


def header(name: str, description: str, *, person: bool = False) -> dict[str, Any]:
    """Return the part of an operation that needs a header, and may have that of a `person`."""
    needed = _header(name, description, 200, required=True)
    told = _("The mark of who confirmed the address that the order gives: it spares the mail")
    asked = [needed, _header("Person", told, 300, required=False)] if person else [needed]
    return {"parameters": asked}


def _header(name: str, description: str, longest: int, *, required: bool) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "required": required,
        "description": description,
        "schema": {"type": "string", "minLength": 1, "maxLength": longest},
    }


def components(*schemas: type[BaseModel]) -> dict[str, Any]:
    """Return the definitions of schemas that only `body` names."""
    _map, definitions = models_json_schema(
        [(schema, "validation") for schema in schemas], ref_template=REF
    )
    found: dict[str, Any] = definitions["$defs"]
    return found


def translated(part: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a part of the document with what people read in their language."""
    if isinstance(part, list):
        return [translated(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        key: gettext(value)
        if key in _TRANSLATED and isinstance(value, str) and value
        else translated(value)
        for key, value in part.items()
    }
