"""Makes one shop with a token in a database that is to be hurt, and prints it as JSON.

python -m tests.agent.seed TITLES
"""

import json
import sys

from comptoir.cli import prepare

SIRET = "73282932000074"


def main(titles: int) -> None:
    """Make the shop, its token and so many titles that no shop has yet."""
    prepare()
    from tests.api.client import secret_of
    from tests.factories import make_product, make_shop

    shop = make_shop(siret=SIRET)
    eans = [make_product().ean for _ in range(titles)]
    sys.stdout.write(json.dumps({"token": secret_of(shop), "eans": eans}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
