"""The page of results: words of titles and names, near a town, half of them within 25 km only."""

import random
from urllib.parse import urlencode

from bench import load
from bench.crowd import network
from bench.pairs.part import Part, Plan, Work, check_there, work_of
from bench.pairs.side import HOST, Side

CLIENTS = 32
QUESTIONS = {"small": 240, "full": 600}
SORTS = {"title": 8, "name": 4, "both": 3, "begun": 2, "misspelt": 2, "ean": 1}
_TITLES = (
    "SELECT title, byline, ean FROM catalogue_product WHERE state = 'listed' AND ean IS NOT NULL"
    " ORDER BY md5(ean) LIMIT %s"
)


def prepare(side: Side, plan: Plan) -> list[str]:
    """Return the addresses of the questions."""
    paths = addresses(side, QUESTIONS[plan.scale])
    check_there(side, paths[0], HOST)
    return paths


def addresses(side: Side, count: int) -> list[str]:
    """Return so many questions, the same for the same data."""
    towns = [town for (town,) in side.rows("SELECT DISTINCT city FROM shops_shop ORDER BY city")]
    dice = random.Random(11)
    paths = []
    for title, byline, ean in side.rows(_TITLES, [count]):
        asked = {"q": text(dice, title, byline, ean), "near": dice.choice(towns)}
        if dice.random() < 0.5:
            asked["within"] = "25"
        paths.append(f"/recherche?{urlencode(asked)}")
    return paths


def run(side: Side, paths: list[str], turn: int) -> Work:  # noqa: ARG001
    """Ask all of them."""
    requests = (
        load.get(path, HOST, X_Forwarded_For=network(number)) for number, path in enumerate(paths)
    )
    return work_of(load.run(side.port, requests, clients=CLIENTS), 200)


def text(dice: random.Random, title: str, byline: str, ean: str) -> str:
    """Return what a reader types who looks for this title: as it is, begun, or misspelt."""
    sort = dice.choices(list(SORTS), list(SORTS.values()))[0]
    titles, names = title.split(), byline.split() or title.split()
    longest = max(titles, key=len)
    if sort == "ean":
        return ean
    if sort == "title":
        first = dice.randrange(len(titles))
        return " ".join(titles[first : first + dice.randint(1, 3)])
    if sort == "name":
        return dice.choice([names[-1], byline or title])
    if sort == "both":
        return f"{longest} {names[-1]}"
    if sort == "begun":
        return f"{names[0]} {longest[: max(3, len(longest) - 2)]}"
    place = dice.randrange(1, max(len(longest) - 1, 2))
    return f"{names[-1]} {longest[:place]}{longest[place + 1 :]}"


PARTS = [Part("search_page", "page", prepare, run)]
