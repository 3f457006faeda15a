"""How well the promise holds: a simulated town (`bench.town`), our rules and the naive one
(`bench.rules`).

The naive rule overwrites its number with the last file, promises what it says, and counts down as
it promises. Ours is the real operations on the real database, under a simulated clock. Both live
through the same history. A promise is *broken* when it was made outright and the copy was not there
when staff looked (a copy that staff overlooked is counted apart); it was *avoidable* when what had
been told or done here by then already ruled the copy out, by an oracle of its own (`bench.oracle`).
A copy is *hidden* when it is there and neither promised nor offered, to be confirmed or not.

Readers reserve what is to be confirmed as they reserve the rest, so one history gives the whole
curve: each promise and each copy keeps its risk, and the threshold is moved afterwards.
"""

from typing import Any

from bench.life import DAY, HABITS, Life
from bench.rules import SLUG, Clock, Naive, Ours, Tally
from bench.town import Shop

# Shops of each kind and habit, and days; the first days are not counted: the pace is being learnt.
SIZES = {
    "small": {"nightly": (2, 50), "hourly": (1, 21), "delta": (1, 24), "live": (1, 21)},
    "full": {"nightly": (4, 100), "hourly": (2, 35), "delta": (2, 42), "live": (2, 35)},
}
NOT_COUNTED = 14
# What if the town were worse, or readers wanted what nobody else does?
SENSITIVITY = {"small": (1, 35), "full": (3, 80)}
OTHER_TOWNS = {
    "twice the thefts and misplaced copies": Life(stolen=0.02, misplaced=0.02),
    "readers who want any title alike": Life(by_popularity=False),
}
THRESHOLDS = (0.012, 0.02, 0.03, 0.05, 0.08, 0.12, 0.15, 0.2, 0.3, 0.5, 1.0)


def run(scale: str) -> dict[str, float]:
    """Play the town under both rules, print it, and return the figures."""
    from comptoir.core.db import execute

    _forget()
    execute("SET synchronous_commit = off")
    clock, figures = Clock(), {}
    avoidable = 0
    for kind, (shops, days) in SIZES[scale].items():
        ours, naive = play(kind, shops, days, Life(), clock)
        avoidable += report(kind, ours, naive)
        if kind == "nightly":
            curve(ours)
            figures = nightly(ours, naive)
    for what, life in OTHER_TOWNS.items():
        print(f"  nightly, {what}:")
        report("nightly", *play("nightly", *SENSITIVITY[scale], life, clock))
    _forget()
    return {"truth_avoidable_broken": avoidable, **figures}


def play(kind: str, shops: int, days: int, life: Life, clock: Clock) -> tuple[Tally, Tally]:
    """Return what was seen of so many shops of each habit, under our rules and the naive one."""
    whole = Tally(), Tally()
    for habit in HABITS:
        tallies = Tally(), Tally()
        for number in range(shops):
            _play_shop(kind, habit, number, days, life, clock, tallies)
        ours, naive = tallies
        print(
            f"  {kind:8} rung up {habit:13} {ours.per_1000():6.1f} broken per 1000 of"
            f" {len(ours.outright_promises())}, naive {naive.per_1000():6.1f} of"
            f" {len(naive.outright_promises())}",
            flush=True,
        )
        for one, into in zip(tallies, whole, strict=True):
            into.add(one)
    return whole


def _play_shop(
    kind: str,
    habit: str,
    number: int,
    days: int,
    life: Life,
    clock: Clock,
    tallies: tuple[Tally, Tally],
) -> None:
    """Have one shop live through its history once under each rule."""
    seed = hash((number, HABITS.index(habit), days)) % 10**6
    with clock.everywhere():
        rules: list[Any] = [Ours(_next(), habit, life.titles, clock), Naive()]
        for rule, tally in zip(rules, tallies, strict=True):
            clock.now = 0.0
            shop = Shop(kind, habit, days, life, seed, rule)
            rule.promises = shop.promises
            shop.run(_sampler(rule, tally))
            tally.promises += [p for p in shop.promises if p.at >= NOT_COUNTED * DAY]


def _sampler(rule: Any, tally: Tally) -> Any:  # noqa: ANN401
    def sample(shop: Shop, now: float) -> None:
        if now >= NOT_COUNTED * DAY and int(now // DAY) % 2:
            rule.look(shop, now, tally)

    return sample


def report(kind: str, ours: Tally, naive: Tally) -> int:
    """Print what was seen of one kind of till; return the avoidable broken promises."""
    ruled_out = [p for p in ours.outright_promises() if p.answer.note[-1]]
    avoidable = [p for p in ruled_out if not p.found and not p.overlooked and not p.there_then]
    never = [p for p in ours.broken() if not p.there_then]
    asked = [p for p in ours.promises if not p.answer.outright and p.found is not None]
    print(
        f"  {kind:8} ours  {len(ours.outright_promises()):5} promised outright:"
        f" {ours.per_1000():5.1f} broken per 1000 ({len(ours.broken())}, {len(never)} never there;"
        f" {len(avoidable)} avoidable, {len(ruled_out)} ruled out);"
        f" {len(asked)} to confirm, {sum(bool(p.found) for p in asked)} found;"
        f" {ours.share():.1f} % of copies promised, {ours.hidden_share():.2f} % hidden"
    )
    print(
        f"  {'':8} naive {len(naive.outright_promises()):5} promised outright:"
        f" {naive.per_1000():5.1f} broken per 1000 ({len(naive.broken())});"
        f" {naive.share():.1f} % of copies promised, {naive.hidden_share():.2f} % hidden",
        flush=True,
    )
    return len(avoidable)


def curve(ours: Tally) -> None:
    """Print what another threshold would have brought and cost."""
    print("  threshold of risk   promised outright   broken per 1000")
    for threshold in THRESHOLDS:
        share = ours.promised + sum(risk <= threshold for risk in ours.risks)
        outright = [p for p in ours.promises if p.found is not None and p.answer.note]
        outright = [p for p in outright if p.answer.note[0] <= threshold]
        broken = sum(not p.found and not p.overlooked for p in outright)
        print(
            f"  {threshold:17.3f} {100 * share / max(1, ours.copies):16.1f} %"
            f" {1000 * broken / max(1, len(outright)):16.1f}   ({broken} of {len(outright)})"
        )


def nightly(ours: Tally, naive: Tally) -> dict[str, float]:
    """Return the figures of nightly files."""
    return {
        "truth_broken_per_1000": ours.per_1000(),
        "truth_naive_broken_per_1000": naive.per_1000(),
        "truth_broken_ratio": ours.per_1000() / max(0.001, naive.per_1000()),
        "truth_promised_pct": ours.share(),
        "truth_hidden_pct": ours.hidden_share(),
    }


_numbers = iter(range(9_000))


def _next() -> int:
    return next(_numbers)


def _forget() -> None:
    """Remove the town's shops and all that hangs on them."""
    from comptoir.core.db import execute
    from comptoir.shops.models import Shop as Row

    of_shops = f"(SELECT id FROM shops_shop WHERE slug LIKE '{SLUG}-%%')"
    for statement in (
        "DELETE FROM stock_stockmovement WHERE offer_id IN"
        f" (SELECT id FROM stock_offer WHERE shop_id IN {of_shops})",
        f"DELETE FROM stock_offer WHERE shop_id IN {of_shops}",
    ):
        execute(statement)
    Row.objects.filter(slug__startswith=f"{SLUG}-").delete()
