"""Catalogue numbers of records, which nobody writes the same way twice."""

from django.db.models import F, Func, Value
from django.db.models.functions import Upper

NUMBER_KEY = Upper(
    Func(
        F("catalogue_number"),
        Value("[^[:alnum:]]+"),
        Value(""),
        Value("g"),
        function="regexp_replace",
    )
)
"""`number_key` of a product's number, as the catalogue is indexed by it."""


def number_key(column: str) -> str:
    """Return, as SQL, what two writings of a number share: letters in capitals and digits.

    `NB 265-2`, `nb2652` and `NB-265/2` are one number. An index of the catalogue is made of it.
    """
    return f"upper(regexp_replace({column}, '[^[:alnum:]]+', '', 'g'))"
