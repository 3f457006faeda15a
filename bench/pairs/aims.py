"""What the present tree is to reach against the commit that the aims were set by.

That commit is `OF`; of any other a comparison has no aims. Machines differ: an aim in milliseconds
is scaled by what that commit takes now against what it took when the aim was set.
"""

from dataclasses import dataclass

from bench.pairs.ratios import Figure, is_more_better, median

OF = "4f3d21a"


@dataclass(frozen=True, slots=True)
class Aim:
    """How many times better (`gain`), or so much at most (`limit`).

    Where `took` says what the other commit took when the limit was set, the limit is scaled.
    """

    gain: float = 0.0
    limit: float = 0.0
    took: float = 0.0


AIMS = {
    "order_whole_cpu_ms": Aim(gain=1 / 0.18),
    "mail_cpu_ms": Aim(limit=1.5, took=13.5),
    "mail_per_s": Aim(limit=300),
    "expire_cpu_ms": Aim(limit=1.0, took=10.0),
    "form_per_s": Aim(gain=5),
    "api_hot_per_s": Aim(gain=2.5),
    "order_whole_per_s": Aim(gain=2.5),
    "availability_per_cpu_s": Aim(gain=4),
    "start_second_ms": Aim(limit=2500),
    **{
        f"{page}_per_s": Aim(gain=2.5)
        for page in (
            *("home_page", "search_page", "product_page", "shop_page", "counter_page"),
            *("api_products", "availability"),
        )
    },
    **{
        f"{page}_p95_ms": Aim(gain=2)
        for page in (
            *("home_page", "search_page", "product_page", "shop_page", "counter_page"),
            *("api_products", "availability"),
        )
    },
}
MEMORY_MB = {"small": 400, "full": 600}


def verdict(figure: Figure, scale: str) -> str:
    """Return what a figure was to reach and whether it did; nothing where it has no aim."""
    aim = AIMS.get(figure.name)
    if figure.name == "memory_pss_mb":
        aim = Aim(limit=MEMORY_MB[scale])
    if aim is None or not figure.is_of_both:
        return ""
    if aim.gain:
        return f"aim: {aim.gain:.2g} times, {_word(figure.gain >= aim.gain)}"
    limit = aim.limit * (median(figure.before) / aim.took if aim.took else 1.0)
    found = median(figure.after)
    if is_more_better(figure.name):
        return f"aim: at least {limit:.0f}, {_word(found >= limit)}"
    return f"aim: at most {limit:.4g}, {_word(found <= limit)}"


def _word(reached: bool) -> str:
    return "reached" if reached else "MISSED"
