"""Fills a database for the tests that hurt it, and prints the offers as JSON.

python -m tests.concurrency.seed OFFERS COPIES
"""

import json
import sys

from comptoir.cli import prepare


def main(offers: int, copies: int) -> None:
    """Make one shop, with a token, and so many offers of so many copies each."""
    prepare()
    from comptoir.accounts.actors import SYSTEM
    from comptoir.shops.operations import issue_token
    from tests.factories import make_offer, make_shop

    shop = make_shop(slug="la-derniere-page")
    made = [make_offer(shop=shop, on_hand=copies) for _ in range(offers)]
    token = issue_token(shop=shop, label="trials", actor=SYSTEM)
    rows = [
        {"shop": shop.slug, "offer": o.pk, "product": o.product.ean, "token": token} for o in made
    ]
    sys.stdout.write(json.dumps(rows))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
