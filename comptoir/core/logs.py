"""What is written to the log, without the secrets that addresses hold."""

import logging
import re

_SECRETS = re.compile(r"(/reservation/|/api/v1/orders/|/confirmer/)[^/\s?\"']+")


class DiscreetFormatter(logging.Formatter):
    """Writes a record, its traceback included, with the secrets of customers' addresses blanked:
    who has the address of a reservation can read and cancel it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        return _SECRETS.sub(r"\1…", super().format(record))
