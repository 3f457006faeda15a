"""What the machine is, and how much of it others took meanwhile (Linux; elsewhere unknown)."""

import os
import platform
from pathlib import Path

import psutil


class Steal:
    """The share of CPU time stolen by the host since this object was made."""

    def __init__(self) -> None:
        self._before = psutil.cpu_times()

    def percent(self) -> float:
        """Return the share in per cent; 0 where the system does not tell."""
        now = psutil.cpu_times()
        whole = sum(now) - sum(self._before)
        stolen = getattr(now, "steal", 0.0) - getattr(self._before, "steal", 0.0)
        return 100 * stolen / whole if whole else 0.0


def describe() -> str:
    """Return the machine in a line."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [x for x in cpuinfo.read_text(encoding="utf-8").splitlines() if "model name" in x]
        model = names[0].partition(":")[2].strip() if names else model
    memory = psutil.virtual_memory().total // 2**30
    return f"{os.cpu_count()} × {model}, {memory} GiB, Python {platform.python_version()}"


def tree_rss(pids: list[int]) -> int:
    """Return the memory, in bytes, of these processes and all below them, shared pages once.

    The proportional set size counts a page that several processes share by its share.
    """
    seen: set[int] = set()
    total = 0
    for pid in pids:
        try:
            family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        except psutil.NoSuchProcess:
            continue
        for process in family:
            if process.pid not in seen:
                seen.add(process.pid)
                total += _memory(process)
    return total


def _memory(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
        return int(getattr(full, "pss", full.rss))
    except psutil.Error:
        return 0
