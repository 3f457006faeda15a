"""What is written to the log, without the secrets that addresses hold."""

import logging
import re

_SECRETS = re.compile(r"(/reservation/|/api/v1/orders/|/confirmer/|/tills/[^/\s?\"']+/)[^/\s?\"']+")


class DiscreetFormatter(logging.Formatter):
    """Writes a record, its traceback included, with the secrets of addresses blanked: who has
    that of a reservation can read and cancel it, who has that of a till can tell in its name."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        return _SECRETS.sub(r"\1…", super().format(record))
