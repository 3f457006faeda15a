"""What the database itself refuses of a product."""

import pytest
from django.db import IntegrityError, connection, transaction

from comptoir.core.db import fetch, violated_constraint
from comptoir.core.identifiers import is_own_number
from tests.factories import make_product

pytestmark = pytest.mark.django_db

NUMBERS = [
    *("2000000000015", "2999999999998", "0200000000017", "0299999999990", "0400000000015"),
    *("0499999999998", "20000011", "00000017"),
    *("9782070612369", "9791032305560", "3770000000001", "0190758000008", "0300000000007"),
    *("0500000000000", "0000020000011", "1200000000008", "30000010", "200000000001", ""),
]


@pytest.mark.parametrize("number", NUMBERS)
def test_an_own_number_is_one_to_python_and_to_the_constraint(number):

    ((condition,),) = fetch(
        "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint"
        " WHERE conname = 'catalogue_product_no_own_number' AND convalidated"
    )
    ((allowed,),) = fetch(f"SELECT {condition} FROM (SELECT %s::varchar AS ean) AS p", [number])
    assert allowed is not is_own_number(number)


@pytest.mark.parametrize(
    "ean", [each for each in NUMBERS if is_own_number(each) and len(each) == 13]
)
def test_no_product_has_an_own_number_for_its_ean(ean):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make_product(ean=ean)
    assert violated_constraint(caught.value) == "catalogue_product_no_own_number"
    with connection.cursor() as cursor:
        # Without the constraint it is taken.
        cursor.execute(
            "ALTER TABLE catalogue_product DROP CONSTRAINT catalogue_product_no_own_number"
        )
    assert make_product(ean=ean).ean == ean
