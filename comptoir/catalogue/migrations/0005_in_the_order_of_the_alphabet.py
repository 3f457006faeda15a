"""Where titles and authors stand in the alphabet: the list of a large shop is read in
that order, not sorted.

Each index is made while others write, hence each step commits by itself; what an attempt before
left is made anew.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Collate, Left, Lower, NullIf, Replace

# `order_key` of `catalogue.models` as it was when this was written.
ACCENTED = (
    "àáâãäåāăąæçćčďèéêëēęěėìíîïīłñńňòóôõöøōőŕřśšşșťțùúûüūůűųýÿžźż"
    "ÀÁÂÃÄÅĀĂĄÆÇĆČĎÈÉÊËĒĘĚĖÌÍÎÏĪŁÑŃŇÒÓÔÕÖØŌŐŔŘŚŠŞȘŤȚÙÚÛÜŪŮŰŲÝŸŽŹŻ’"
)
PLAIN = (
    "aaaaaaaaaacccdeeeeeeeeiiiiilnnnoooooooorrssssttuuuuuuuuyyzzz"
    "aaaaaaaaaacccdeeeeeeeeiiiiilnnnoooooooorrssssttuuuuuuuuyyzzz'"
)
SIGNS = " '\"«»“”„‘’(…-–—.[¿¡\u00a0\u202f"
INDEXES = {
    "catalogue_product_by_title": "title",
    "catalogue_product_by_author": "byline",
}


def order_key(field):
    folded = Replace(Lower(field), models.Value("œ"), models.Value("oe"))
    folded = Replace(folded, models.Value("Œ"), models.Value("oe"))
    plain = models.Func(folded, models.Value(ACCENTED), models.Value(PLAIN), function="translate")
    bare = models.Func(plain, models.Value(SIGNS), function="ltrim")
    return Collate(NullIf(Left(bare, 60), models.Value("")), "C")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("catalogue", "0004_no_own_number")]

    operations = [
        step
        for name, field in INDEXES.items()
        for step in (
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {name}", migrations.RunSQL.noop
            ),
            AddIndexConcurrently(
                model_name="product", index=models.Index(order_key(field), "id", name=name)
            ),
        )
    ]
