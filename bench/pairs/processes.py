"""What each group of a side's processes takes of the processors.

A process that ended is counted in what its parent says of its children, so nothing that was waited
for is lost. The system counts in ticks of 10 ms.
"""

import resource
import time
from collections import Counter

import psutil

GROUPS = {
    "web": ("comptoir.serve.web",),
    "jobs": ("comptoir.serve.jobs", "procrastinate"),
    "follower": ("search follow",),
    "webhooks": ("webhooks run",),
    "live": ("comptoir.serve.live",),
}
"""The groups below `comptoir serve`, by a part of their command lines, today's and earlier ones."""
ALL = (*GROUPS, "other", "postgresql", "command")


class Meter:
    """What a side's processes took since it was made, in milliseconds of a processor by group."""

    def __init__(self, serve: int, postmaster: int) -> None:
        self._pids = serve, postmaster
        self._before = self._now()

    def spent(self) -> dict[str, float]:
        """Return it. `command` is what the commands took that were run meanwhile."""
        now = self._now()
        return {group: max(0.0, now[group] - self._before[group]) for group in now}

    def _now(self) -> Counter[str]:
        serve, postmaster = self._pids
        found = Counter(dict.fromkeys(ALL, 0.0))
        supervisor = psutil.Process(serve)
        children = supervisor.children()
        found["other"] += own(supervisor)
        for child in children:
            found[group_of(child)] += tree(child)
        found["postgresql"] += tree(psutil.Process(postmaster))
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        found["command"] += 1000 * (ended.ru_utime + ended.ru_stime)
        return found


class Others:
    """The share of the processors that went, since it was made, to what belongs to no side.

    A machine that others use too answers in other times; what a unit takes of the processors says
    more then than how long it took.
    """

    def __init__(self, meters: list[Meter]) -> None:
        self._meters = meters
        self._began, self._before = time.monotonic(), _busy() - 1000 * time.process_time()

    def percent(self) -> float:
        """Return the share in per cent of all processors."""
        spent = [meter.spent() for meter in self._meters]
        ours = sum(sum(groups.values()) for groups in spent)
        ours -= sum(groups["command"] for groups in spent[1:])  # the same commands in each
        others = _busy() - 1000 * time.process_time() - self._before - ours
        whole = 1000 * (time.monotonic() - self._began) * (psutil.cpu_count() or 1)
        return max(0.0, 100 * others / whole)


def _busy() -> float:
    """Return what all processors have worked since the system started, in ms."""
    times = psutil.cpu_times()
    parts = ("user", "nice", "system", "irq", "softirq")
    return 1000 * sum(getattr(times, part, 0.0) for part in parts)


def group_of(process: psutil.Process) -> str:
    """Return the group of a process that `comptoir serve` started."""
    try:
        words = " ".join(process.cmdline())
    except psutil.Error:
        return "other"
    groups = (group for group, parts in GROUPS.items() if any(part in words for part in parts))
    return next(groups, "other")


def tree(process: psutil.Process) -> float:
    """Return what a process and all below it took, those that ended too, in ms."""
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    return sum(own(member) for member in family)


def own(process: psutil.Process) -> float:
    """Return what a process took, with its children that ended, in ms; 0 if it is no more."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return 1000 * (times.user + times.system + times.children_user + times.children_system)
