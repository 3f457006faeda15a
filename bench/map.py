"""What the map costs a reader's processor: a real Chromium slowed four times, at a node that runs.

    python -m bench.map http://127.0.0.1:8000 [turns]

The map is opened, moved by keys, pushed by hand and drawn closer and wider. Of each task of the
page's main thread its time on the processor is taken from Chromium's own trace, in milliseconds of
the slowed processor: what other programs of this machine take meanwhile is no part of it. Told are
the longest task while it opens, Leaflet's own reading included; the median over turns of the
longest while it is used, which is to be 50 at most; and the most marks that the page held.
"""

import shutil
import statistics
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

SLOWER = 4
MOST_MS = 50
KEYS = ("+", "+", "ArrowRight", "ArrowDown", "+", "-", "-", "ArrowLeft", "-")
CATEGORIES = "toplevel,devtools.timeline,disabled-by-default-devtools.timeline"
TASKS = {"RunTask", "ThreadControllerImpl::RunTask"}
OF_THE_PAGE = {"UpdateLayoutTree", "FunctionCall", "Layout"}


def main(address: str, count: int = 5) -> None:
    """Use the map so many times, and tell. Ends with 1 where a task was too long."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        turns = [turn(browser, address) for _ in range(count)]
        browser.close()
    opened, used, marks = zip(*turns, strict=True)
    longest = statistics.median(used)
    print(f"  opening, longest task            {statistics.median(opened):8.1f} ms")
    print(f"  in use, longest task             {longest:8.1f} ms (at most {MOST_MS})")
    print(f"  marks, at most                   {max(marks):8}")
    sys.exit(longest > MOST_MS)


def turn(browser: Browser, address: str) -> tuple[float, float, int]:
    """Open and use the map once; return both longest tasks in ms, and the most marks."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/boutiques")
    chromium = context.new_cdp_session(page)
    chromium.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def opened() -> None:
        page.locator("[data-map]").click()
        page.locator(".map__mark").first.wait_for()

    marks = [0]
    longest = traced(chromium, page, opened), traced(chromium, page, lambda: use(page, marks))
    context.close()
    return *longest, max(marks)


def use(page: Page, marks: list[int]) -> None:
    """Move the map by keys and by hand, and note how many marks there are."""
    for key in KEYS:
        page.locator(".map").focus()
        page.keyboard.press(key)
        page.wait_for_timeout(700)
        marks.append(page.locator(".map__mark").count())
    box = page.locator(".map").bounding_box() or {"x": 0, "y": 0}
    page.mouse.move(box["x"] + 300, box["y"] + 300)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(box["x"] + 300 - 8 * step, box["y"] + 300 - 5 * step)
    page.mouse.up()


def traced(chromium: CDPSession, page: Page, act: Callable[[], None]) -> float:
    """Return the longest task of the page's main thread while something is done."""
    events: list[dict[str, Any]] = []
    ended: list[bool] = []
    chromium.on("Tracing.dataCollected", lambda told: events.extend(told["value"]))
    chromium.once("Tracing.tracingComplete", lambda _told: ended.append(True))
    chromium.send("Tracing.start", {"categories": CATEGORIES, "transferMode": "ReportEvents"})
    act()
    page.wait_for_timeout(1500)
    chromium.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(50)
    threads = Counter((e["pid"], e["tid"]) for e in events if e["name"] in OF_THE_PAGE)
    ((main, _count),) = threads.most_common(1)
    mine = [e for e in events if (e["pid"], e["tid"]) == main and e["name"] in TASKS]
    return max(e.get("tdur", 0) for e in mine) / 1000


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
