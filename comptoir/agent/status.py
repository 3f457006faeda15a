"""The agent's state in words that a bookseller understands."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from comptoir.agent.home import Config, run_command
from comptoir.agent.runner import FOLDER, MOMENTS, STATE
from comptoir.agent.spool import Spool
from comptoir.agent.words import say

_CLOCK_OFF_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Status:
    """What `comptoir agent status` tells: its sentences, and whether all is well."""

    sentences: list[str]
    is_well: bool


def status_of(config: Config, home: Path, now: float, *, running: bool) -> Status:
    """Return the state of the agent of a home folder; `now` by the PC's clock."""
    spool = Spool(home)
    state: dict[str, Any] = json.loads(spool.fact(STATE) or "{}")
    waiting = len(spool.waiting())
    trouble = str(state.get("trouble") or "")
    files = counted("files", waiting)
    sentences = []
    if not running:
        sentences.append(say("not_running", command=run_command()))
    if spool.fact(FOLDER):
        sentences.append(say("no_folder", folder=config.folder))
    if trouble:
        since = duration(now - float(state.get("cut_since") or now))
        values = {"shop": config.shop, "url": config.url, "log": home / "agent.log"}
        if trouble == "certificate":
            values["why"] = about_certificate(str(state.get("detail")))
        sentences.append(say(f"trouble_{trouble}", since=since, files=files, **values))
    if spool.is_full:
        sentences.append(say("is_full"))
    wrong = sentences + _about_last(state.get("last"))
    calm = [] if trouble else [_summary(state.get("last"), config, waiting, files, now)]
    return Status([*calm, *wrong, *_about_clock(spool)], not wrong)


def _summary(
    last: dict[str, Any] | None, config: Config, waiting: int, files: str, now: float
) -> str:
    if last is None and not waiting:
        return say("nothing_yet", folder=config.folder)
    when = moment(float(last["at"]), now) if last else say("never")
    answer = _answer(last)
    if waiting or not answer:
        return say("waits", when=when, files=files)
    return say("up_to_date", when=when, lines=counted("lines", int(answer.get("lines") or 0)))


def _answer(last: dict[str, Any] | None) -> dict[str, Any]:
    if last is None or last["state"] != "sent":
        return {}
    found: dict[str, Any] = json.loads(last["answer"])
    return found


def _about_last(last: dict[str, Any] | None) -> list[str]:
    """Return what the server had to say about the last file, if it was not simply applied."""
    if last is None:
        return []
    if last["state"] == "refused":
        return [say("was_refused", name=last["name"], why=last["answer"])]
    answer = _answer(last)
    if answer.get("status") in {"quarantined", "refused", "outdated"}:
        return [say(f"run_{answer['status']}", name=last["name"])]
    if answer.get("refused"):
        return [say("some_refused", name=last["name"], refused=say.number(answer["refused"]))]
    return []


def _about_clock(spool: Spool) -> list[str]:
    offsets = json.loads(spool.fact(MOMENTS) or '{"offsets": []}')["offsets"]
    off = abs(offsets[-1][1]) if offsets else 0.0
    return [say("clock_off", minutes=round(off / 60))] if off >= _CLOCK_OFF_SECONDS else []


def about_certificate(wrong: str) -> str:
    """Return what is wrong with the server's certificate and what to do (`Unsent.detail`)."""
    return say(f"certificate_{wrong}", today=f"{datetime.now().astimezone():%d/%m/%Y %H:%M}")


def counted(what: str, number: int) -> str:
    """Return so many `files` or `lines`, one of them told as one."""
    return say(f"{what}_one") if number == 1 else say(f"{what}_many", count=say.number(number))


def duration(seconds: float) -> str:
    """Return a time span in the largest unit that fits."""
    if seconds < 60:
        return say("seconds", n=max(0, int(seconds)))
    if seconds < 3600:
        return say("minutes", n=int(seconds // 60))
    if seconds < 48 * 3600:
        return say("hours", n=int(seconds // 3600))
    return say("days", n=int(seconds // 86400))


def moment(at: float, now: float) -> str:
    """Return a moment by the PC's own clock, with its day unless it is today."""
    there, here = (datetime.fromtimestamp(each).astimezone() for each in (at, now))
    if there.date() == here.date():
        return say("at_today", time=f"{there:%H:%M}")
    return say("at_day", day=f"{there:%d/%m/%Y}", time=f"{there:%H:%M}")
