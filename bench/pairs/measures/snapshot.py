"""A till's whole stock, sent to the API as a file: the first time, and every night after.

The first time, titles that the shop never had come with it. At night 3 % of the lines are changed.
A unit is a line.
"""

import random
from datetime import UTC, datetime

from bench import load
from bench.pairs.data import TILLS
from bench.pairs.part import Part, Plan, Work
from bench.pairs.side import HOST, Side

LINES = {"small": 20_000, "full": 50_000}
CHANGED = 0.03
NIGHTS = 3
_SHOPS = "SELECT id, slug FROM shops_shop ORDER BY id DESC LIMIT %s"
_EANS = """
SELECT p.ean FROM catalogue_product p
LEFT JOIN stock_offer o ON o.product_id = p.id AND o.shop_id = %s AND o.condition = 'new'
WHERE p.ean IS NOT NULL GROUP BY p.ean ORDER BY count(o.id) = 0, md5(p.ean) LIMIT %s
"""


class Till:
    """A shop's till: what it has, and how it tells it."""

    def __init__(self, side: Side, shop: tuple[int, str], lines: int) -> None:
        key, self.slug = shop
        self.secret = side.command("shops", "token", self.slug, "comparison").strip()
        dice = random.Random(13)
        self.stock = {
            ean: (dice.randint(1, 9), dice.randint(100, 5000))
            for (ean,) in side.rows(_EANS, [key, lines])
        }

    def night(self, turn: int) -> None:
        """Change some of its figures."""
        dice = random.Random(turn)
        for ean in dice.sample(sorted(self.stock), int(len(self.stock) * CHANGED)):
            quantity, cents = self.stock[ean]
            self.stock[ean] = (quantity % 9 + 1, cents)

    def tell(self, side: Side) -> Work:
        """Send the file and return the work of it."""
        lines = (f"{ean};{n};{c // 100},{c % 100:02d}\n" for ean, (n, c) in self.stock.items())
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        request = load.post(
            f"/api/v1/shops/{self.slug}/stock?as_of={moment}",
            ("ean;quantity;price\n" + "".join(lines)).encode(),
            HOST,
            method="PUT",
            Content_Type="text/csv",
            Authorization=f"Bearer {self.secret}",
        )
        answers: list[load.Answer] = []

        def conversation() -> load.Conversation:
            answer = yield request
            assert answer is not None
            answers.append(answer)

        result = load.converse(side.port, [conversation()])
        if answers[0].status != 200 or b'"status":"applied"' not in answers[0].body:
            raise RuntimeError(f"{side.name}: {answers[0].body.decode()[:2000]}")
        return Work(len(self.stock), result.seconds)


def prepare_first(side: Side, plan: Plan) -> list[Till]:
    """Return a till for each turn, none of which has told its whole stock yet."""
    shops = side.rows(_SHOPS, [min(plan.turns + 1, TILLS)])[1:]
    return [Till(side, (key, slug), LINES[plan.scale]) for key, slug in shops]


def prepare_night(side: Side, plan: Plan) -> Till:
    """Return a till that has told its whole stock once."""
    ((key, slug),) = side.rows(_SHOPS, [1])
    till = Till(side, (key, slug), LINES[plan.scale])
    till.tell(side)
    return till


def run_first(side: Side, tills: list[Till], turn: int) -> Work:
    """Tell a whole stock for the first time, another till each turn."""
    return tills[turn % len(tills)].tell(side)


def run_night(side: Side, till: Till, turn: int) -> Work:
    """Tell what changed over night, with all that did not, for some nights."""
    told = []
    for night in range(NIGHTS):
        till.night(turn * NIGHTS + night)
        told.append(till.tell(side))
    return Work(sum(work.units for work in told), sum(work.seconds for work in told))


PARTS = [
    Part("snapshot_night", "line", prepare_night, run_night),
    Part("snapshot_first", "line", prepare_first, run_first),
]
