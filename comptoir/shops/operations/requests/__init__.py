"""Requests to join: asked by anybody, confirmed by their mailbox, answered by a coordinator."""

from comptoir.shops.operations.requests.answers import decline_request, open_request
from comptoir.shops.operations.requests.inquiry import Application, ask_to_join
from comptoir.shops.operations.requests.proof import answer_for_shop, confirm_request

__all__ = [
    "Application",
    "answer_for_shop",
    "ask_to_join",
    "confirm_request",
    "decline_request",
    "open_request",
]
