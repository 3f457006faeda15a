/* A page about a title or a shop brings itself up to date: when the live feed says that something
   changed, it asks for its part again. Where the feed cannot be had it asks every few seconds, and
   less often while nobody answers. Hidden, it asks nothing. */

const POLL_MS = 4200;
const LONGEST_POLL_MS = 60000;
const AGES_MS = 60000;
const SPREAD_MS = 600;
const OPENS_WITHIN_MS = 4000;
const LEAST_MS = 1500;
const TOUCHED_MS = 400;

/** Keeps the rows that went where they were, without their button: the others stay in place. */
export function keepGone(old, fresh, mark) {
  const gone = [];
  let before = null;
  for (const row of old.querySelectorAll("li[data-key]")) {
    const same = fresh.querySelector(`li[data-key="${row.dataset.key}"]`);
    if (same) {
      before = same;
      continue;
    }
    const list = (before ?? fresh.querySelector("ul.offers > li[data-key]"))?.parentElement;
    if (!list) continue;
    if (!("gone" in row.dataset)) gone.push(row);
    const kept = row.cloneNode(true);
    kept.dataset.gone = "";
    kept.querySelectorAll("form").forEach((form) => form.remove());
    kept.querySelector("[data-figure]")?.replaceChildren(mark.content.cloneNode(true));
    if (before) before.after(kept);
    else list.prepend(kept);
    before = kept;
  }
  return gone;
}

/** The heading as it is read aloud: its parts stand on lines of their own. */
function titleOf(document) {
  return document.querySelector("[data-live-title]")?.innerText.replace(/\s+/g, " ").trim();
}

class LivePart {
  constructor(section) {
    this.section = section;
    this.etag = section.dataset.etag;
    this.said = section.querySelector("[data-live-said]");
    this.mark = section.querySelector("template[data-live-gone]");
    this.failures = 0;
    this.asked = -Infinity;
    this.touched = -Infinity;
    section.addEventListener("pointerdown", () => { this.touched = Infinity; });
    for (const end of ["pointerup", "pointercancel"]) {
      addEventListener(end, () => { if (this.touched === Infinity) this.touched = performance.now(); });
    }
    document.addEventListener("visibilitychange", () => (document.hidden ? this.rest() : this.start()));
    addEventListener("pagehide", () => this.rest());
    addEventListener("pageshow", (event) => { if (event.persisted) this.start(); });
    addEventListener("online", () => this.start());
    if (!document.hidden) this.start();
  }

  /** Begins to listen, and looks at once: what is shown may be old. */
  start() {
    this.rest();
    if (this.ended) return;
    this.failures = 0;
    this.soon(SPREAD_MS);
    this.listen();
  }

  rest() {
    this.feed?.close();
    this.feed = null;
    clearTimeout(this.opening);
    clearTimeout(this.next);
    this.next = null;
  }

  listen() {
    const address = this.section.dataset.feed;
    if (!address || !("EventSource" in window)) return;
    this.feed = new EventSource(address);
    this.feed.addEventListener("open", () => {
      clearTimeout(this.opening);
      this.soon(SPREAD_MS);
    });
    this.feed.addEventListener("change", (event) => {
      if (this.concerns(event.data)) this.soon(SPREAD_MS);
    });
    this.feed.addEventListener("error", () => this.later());
    this.opening = setTimeout(() => this.later(), OPENS_WITHIN_MS);
  }

  /** A shop's other titles may change as they like; a title's page shows all its offers. No names:
      too many changed. */
  concerns(data) {
    if (!data || !this.section.querySelector("#shelf")) return true;
    return data.split(",").some((key) => this.section.querySelector(`li[data-key="${CSS.escape(key)}"]`));
  }

  /** Asks within a moment: readers of one page do not all ask in the same one. */
  soon(within) {
    const wait = Math.max(Math.random() * within, this.asked + LEAST_MS - performance.now());
    this.at(wait);
  }

  /** Asks when it is time again: by the minute while the feed is open, for the ages. */
  later() {
    const listening = this.feed?.readyState === EventSource.OPEN;
    const wait = listening ? AGES_MS : POLL_MS * (0.9 + Math.random() * 0.15) * 2 ** this.failures;
    this.at(Math.min(wait, LONGEST_POLL_MS), true);
  }

  at(wait, unlessSooner = false) {
    const due = performance.now() + wait;
    if (this.next && unlessSooner && this.due <= due) return;
    clearTimeout(this.next);
    this.due = due;
    this.next = setTimeout(() => this.ask(), wait);
  }

  /** Asks once at a time, and not while a finger is on the page: what comes would be old by then. */
  async ask() {
    this.next = null;
    if (document.hidden) return;
    if (this.asking || this.isTouched()) return this.at(TOUCHED_MS);
    this.asking = true;
    this.asked = performance.now();
    const good = await this.look();
    this.asking = false;
    this.failures = good ? 0 : Math.min(this.failures + 1, 4);
    if (!document.hidden && !this.ended) this.later();
  }

  /** Returns whether the site answered. */
  async look() {
    try {
      const answer = await fetch(this.section.dataset.live + location.search, {
        headers: { "If-None-Match": `"${this.etag}"` },
        cache: "no-store",
        signal: AbortSignal.timeout?.(10000),
      });
      if (answer.status === 404 || answer.status === 410) {
        this.ended = true;
        this.rest();
      } else if (answer.status === 200) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (this.isTouched()) this.at(TOUCHED_MS);
        else this.redraw(fresh, answer.headers.get("ETag"));
      }
      return answer.status < 500;
    } catch {
      return false;
    }
  }

  /** Nothing moves under a finger, nor for a moment after it. */
  isTouched() {
    return this.touched === Infinity || performance.now() - this.touched < TOUCHED_MS;
  }

  redraw(fresh, etag) {
    this.etag = etag.replace(/^W\//, "").replaceAll('"', "");
    const focus = document.activeElement?.closest?.("li[data-key]")?.dataset.key;
    const title = titleOf(document);
    let gone = [];
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const old = document.getElementById(part.id);
      if (!old) continue;
      gone = gone.concat(keepGone(old, part, this.mark));
      old.replaceWith(document.adoptNode(part));
    }
    if (focus) this.section.querySelector(`li[data-key="${focus}"] :is(button, a)`)?.focus({ preventScroll: true });
    this.tell(gone, title);
  }

  /** A screen reader hears what changed, once, when it has a moment. */
  tell(gone, before) {
    const title = titleOf(document);
    const names = gone.map((row) => row.querySelector(".offer__shop")?.textContent.trim()).filter(Boolean);
    const words = names.map((name) => `${name}, ${this.mark.content.textContent.trim()}`);
    if (title && title !== before) words.push(title);
    if (words.length) this.said.textContent = words.join(". ");
  }
}

const section = document.querySelector("[data-live]");
if (section) new LivePart(section);
