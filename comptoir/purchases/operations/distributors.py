"""Who distributes a publisher: learnt of notices, proposed to shops, taken by one tap."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db import transaction

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import Product
from comptoir.catalogue.sources.notice import Notice
from comptoir.purchases.errors import NoDistributor
from comptoir.purchases.models import Distribution, Supplier
from comptoir.purchases.operations.suppliers import SupplierSaid, assign, write_supplier
from comptoir.purchases.sources import proposals_of, publisher_key
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope


def learn(notices: Sequence[Notice]) -> None:
    """Keep of each publisher whom most of these notices name as its distributor.

    A step of the transaction that takes notices, whose lock has others wait. Writes: the
    distributions that changed. Two queries, none where no notice names a distributor.
    """
    told: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for notice in notices:
        said = (notice.distributor, notice.distributor_gln)
        if any(said) and notice.publisher and not notice.withdrawn:
            told[publisher_key(notice.publisher)][said] += 1
    if not told:
        return
    known = {
        row.publisher: (row.name, row.gln)
        for row in Distribution.objects.filter(publisher__in=told)
    }
    most = {publisher: counts.most_common(1)[0][0] for publisher, counts in told.items()}
    Distribution.objects.bulk_create(
        [
            Distribution(publisher=publisher, name=name, gln=gln)
            for publisher, (name, gln) in most.items()
            if known.get(publisher) != (name, gln)
        ],
        update_conflicts=True,
        unique_fields=["publisher"],
        update_fields=["name", "gln"],
    )


@transaction.atomic
def accept(*, shop: Shop, product: Product, actor: Actor) -> Supplier:
    """Buy a title, and all titles of its publisher, of the distributor that is proposed; one that
    the shop does not buy of yet is entered, by telephone or on its site until it says better.

    Guard: `BUY_COPIES`. Locks: the shop. Writes: the shop's word, perhaps the supplier. Announces
    nothing. Raises `NotFound`, `Forbidden`, `Conflict` (`no_distributor`, `too_many_suppliers`,
    `shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES, lock=True)
    proposal = proposals_of(shop, [product]).get(product.pk)
    if proposal is None:
        raise NoDistributor
    supplier = proposal.supplier or write_supplier(
        shop=shop, said=SupplierSaid(proposal.name, gln=proposal.gln), actor=actor
    )
    return assign(
        shop=shop, product=product, supplier_id=supplier.pk, whole_publisher=True, actor=actor
    )
