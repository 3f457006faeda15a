"""Fills a database with last copies, each of a shop of its own, and prints the offers as JSON.

python -m tests.concurrency.shops_of_one COPIES
"""

import json
import sys

from comptoir.cli import prepare


def main(copies: int) -> None:
    """Make so many shops that have one copy of one title each."""
    prepare()
    from tests.factories import make_offer, make_shop

    offers = [make_offer(shop=make_shop(), on_hand=1) for _ in range(copies)]
    sys.stdout.write(json.dumps([offer.pk for offer in offers]))


if __name__ == "__main__":
    main(int(sys.argv[1]))
