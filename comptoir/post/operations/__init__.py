"""The verbs of a day's post. Each locks the order whose copies it moves."""

from comptoir.post.operations.carriage import deliver, hand_over, receive
from comptoir.post.operations.contents import pack, put_in, unpack
from comptoir.post.operations.numbers import Outcome, number, take_rows
from comptoir.post.operations.reports import ParcelSaid, report
from comptoir.post.operations.shelf import fetch, miss, tick

__all__ = [
    "Outcome",
    "ParcelSaid",
    "deliver",
    "fetch",
    "hand_over",
    "miss",
    "number",
    "pack",
    "put_in",
    "receive",
    "report",
    "take_rows",
    "tick",
    "unpack",
]
