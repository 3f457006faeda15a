"""The agent at work: one thread looks into the till's folder, the other sends what was taken.

The one that looks never waits for the network, so that a file which the till overwrites every
minute is not missed while a connection hangs.
"""

import json
import logging
import random
import threading
from pathlib import Path

from comptoir.agent.clock import Clock, Moments
from comptoir.agent.home import Config
from comptoir.agent.server import LARGEST_BYTES, Heard, Refused, Server, Unsent
from comptoir.agent.spool import Spool, Waiting
from comptoir.agent.words import say
from comptoir.core.stillness import PATIENCE_SECONDS, Settling, Sighting, sightings

MOMENTS, STATE, FOLDER = "moments", "state", "folder"
_KEEP_MOMENTS_SECONDS = 10.0
_NOT_SOON_SECONDS = 60.0
"""A token or an address does not mend itself: asked again no sooner."""

_QUICK_SECONDS, _ASKED_TIMES = 0.25, 4

_TOLD = ("id", "status", "reason", "lines", "accepted", "refused")

log = logging.getLogger("comptoir.agent")


class Agent:
    """One agent of one shop. `clock` is the PC's, or a test's."""

    def __init__(self, config: Config, home: Path, clock: Clock | None = None) -> None:
        self.config = config
        self.spool = Spool(home)
        self.clock = clock or Clock()
        self.moments = Moments(
            self.clock, self.spool.fact(MOMENTS), lambda text: self.spool.note(MOMENTS, text)
        )
        self._folder = Path(config.folder)
        self._settling = Settling(config.settle_seconds)
        self._floors: dict[str, tuple[Sighting, float]] = {}
        self._server = Server(config, say.language, steady=self.clock.steady)
        self._stopping, self._something = threading.Event(), threading.Event()
        self._kept_at = 0.0
        self._asked = False
        self._folder_trouble = "unknown"

    def run(self) -> None:
        """Work until `stop`."""
        self.spool.sweep()
        sender = threading.Thread(target=self._send_on, name="sender", daemon=True)
        sender.start()
        failures = 0
        while not self._stopping.is_set():
            pause = self.config.scan_seconds
            try:
                self.look()
                failures = 0
            except Exception:
                # A full disk, a locked or broken spool: it may be mended while the PC stays on.
                failures += 1
                log.exception(say("broken"))
                pause = self._wait_after(failures, Unsent("broken"))
            self._stopping.wait(pause)
        self.moments.save()

    def stop(self) -> None:
        """Have `run` end. What is being sent is sent again, with its key, at the next start."""
        self._stopping.set()
        self._something.set()

    def once(self) -> bool:
        """Take and send what is there; return whether nothing waits any more."""
        self.spool.sweep()
        until = self.clock.steady() + self.config.settle_seconds + 4 * self.config.scan_seconds
        while self.clock.steady() < until:
            self.look()
            self._stopping.wait(self.config.scan_seconds)
        while self.send_next():
            pass
        self.moments.save()
        return not self.spool.waiting(limit=1)

    # Looking.

    def look(self) -> None:
        """Take what is whole and was not taken yet, oldest first."""
        was_sure = self.moments.sure
        floor, now = self.moments.look(), self.clock.steady()
        if was_sure and not self.moments.sure:
            self._something.set()
        try:
            found = sightings(self._folder)
        except OSError as error:
            self._note_folder(str(error))
            return
        self._note_folder("")
        self._note_floors(found, floor)
        settled = self._settling.settled(found, now)
        known = self.spool.seen()
        if gone := known.keys() - found.keys():
            self.spool.forget_gone(gone)
        new = [name for name in settled if known.get(name) != found[name]]
        for name in sorted(new, key=lambda name: (found[name].mtime_ns, name)):
            self._take(name, found[name], now - settled[name], settled[name])
        if now - self._kept_at > _KEEP_MOMENTS_SECONDS:
            self.moments.save()
            self._kept_at = now

    def _note_floors(self, found: dict[str, Sighting], floor: float) -> None:
        """Keep for each file the look before the first that found it so.

        That look may be one of before the last start, far before the file has stayed long enough.
        """
        known, self._floors = self._floors, {}
        for name, one in found.items():
            before, its_floor = known.get(name, (one, floor))
            self._floors[name] = (one, its_floor if before == one else floor)

    def _take(self, name: str, sighting: Sighting, sighted: float, stayed: float) -> None:
        rule = self.config.rule_for(name)
        if rule is None or self.spool.is_full:
            return
        try:
            patient = stayed < PATIENCE_SECONDS
            bounds = (self._floors[name][1], sighted)
            new = self.spool.take(self._folder / name, sighting, rule, *bounds, patient=patient)
        except OSError as error:
            # The till still holds it: the next look tries again.
            log.debug("%s: %s", name, error)
            return
        if new:
            log.info(say("taken", name=name))
            self._something.set()

    def _note_folder(self, trouble: str) -> None:
        if self._folder_trouble != trouble:
            self._folder_trouble = trouble
            self.spool.note(FOLDER, trouble)

    # Sending.

    def _send_on(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                if not self.send_next():
                    self._something.wait(self.config.longest_wait)
                    self._something.clear()
                failures = 0
            except Unsent as error:
                failures += 1
                self._stopping.wait(self._wait_after(failures, error))
            except Exception:
                failures += 1
                log.exception(say("broken"))
                self._stopping.wait(self._wait_after(failures, Unsent("broken")))

    def _wait_after(self, failures: int, error: Unsent) -> float:
        """Return the seconds until the next try: twice as long each time, and never in step."""
        longest = self.config.longest_wait
        wait = min(longest, self.config.first_wait * 2 ** min(failures - 1, 20))
        if error.why in {"token", "shop", "address", "certificate"}:
            wait = max(wait, min(longest, _NOT_SOON_SECONDS))
        return max(wait * random.uniform(0.5, 1.0), error.seconds)  # noqa: S311

    def send_next(self) -> bool:
        """Send the oldest waiting file; return whether there was one. Raises `Unsent`.

        The server is asked first, even when nothing waits, until its clock is known: the moments of
        files depend on it.
        """
        try:
            if not (self._asked and self.moments.sure):
                self._heard(self._quickest())
                self._asked = True
            waiting = self.spool.waiting(limit=1)
            if waiting:
                self._send(waiting[0])
        except Unsent as error:
            self._asked = False
            self._cut(error)
            raise
        return bool(waiting)

    def _quickest(self) -> Heard:
        """Ask until an answer is quick, a few times at most, and return the quickest: how long each
        was on its way back is unknown, and is what the clock is measured wrong by."""
        answers = []
        for _time in range(_ASKED_TIMES):
            answers.append(self._server.ask())
            if answers[-1].took <= _QUICK_SECONDS:
                break
        return min(answers, key=lambda heard: heard.took)

    def _send(self, one: Waiting) -> None:
        try:
            if one.bytes > LARGEST_BYTES:
                raise Refused(say("too_large"))
            heard = self._server.send(one, self.spool.copy_of(one), self._moment(one))
        except FileNotFoundError:
            # A newer snapshot took its place meanwhile; or somebody deleted it by hand.
            if one.seq in {each.seq for each in self.spool.waiting(limit=1)}:
                self._close(one, "refused", say("copy_gone"))
        except Refused as error:
            self._close(one, "refused", error.detail)
        else:
            self._heard(heard)
            self._close(one, "sent", json.dumps({name: heard.body.get(name) for name in _TOLD}))

    def _moment(self, one: Waiting) -> float:
        if one.moment is not None:
            return one.moment
        moment = self.moments.of_file(one.mtime_ns / 1e9, one.floor, one.sighted)
        self.spool.fix_moment(one, moment)
        return moment

    def _heard(self, heard: Heard) -> None:
        self.moments.heard(heard.now, heard.took, heard.precision, heard.at)
        self.moments.save()
        self._tell(trouble="", detail="", cut_since=0.0)

    def _close(self, one: Waiting, state: str, answer: str) -> None:
        self.spool.close(one, state, answer)
        last = {"name": one.name, "state": state, "answer": answer, "at": self.clock.wall()}
        self._tell(last=last)
        log.info(say("sent" if state == "sent" else "was_refused", name=one.name, why=answer))

    def _cut(self, error: Unsent) -> None:
        state = json.loads(self.spool.fact(STATE) or "{}")
        since = state.get("cut_since") or self.clock.wall()
        if state.get("trouble") != error.why:
            log.warning(say("unsent", why=error))
        self._tell(trouble=error.why, detail=error.detail, cut_since=since)

    def _tell(self, **news: object) -> None:
        """Note the news for the status line, if it is any."""
        before = json.loads(self.spool.fact(STATE) or "{}")
        if {**before, **news} != before:
            self.spool.note(STATE, json.dumps({**before, **news}))
