/* Counting on a bad line: each scan has a name, waits in this browser until it was taken, and is
   sent again as long as nobody answered. The server counts each name once. */

import { keep, read, say, waiting } from "./kept.js";

const BATCH = 50;
const AGAIN_MS = 3000;
const FRESH_MS = 5000;

const form = document.querySelector("form[data-count]");
const tally = document.getElementById("tally");
const line = document.getElementById("count-line");
const url = form.action;
const token = form.elements.csrfmiddlewaretoken.value;

let queue = read(waiting);
let sending = false;

function name() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function tell(lost) {
  const words = queue.length ? `${line.dataset.waiting} ${queue.length}. ` : "";
  line.textContent = words && lost ? words + line.dataset.lost : queue.length > 3 ? words : "";
}

function add(scan) {
  queue.push({ key: name(), at: Date.now(), ...scan });
  keep(waiting, queue);
  tell(false);
  send();
}

async function send() {
  if (sending || !queue.length) return;
  sending = true;
  const batch = queue.slice(0, BATCH);
  const now = Date.now();
  const body = new URLSearchParams({
    csrfmiddlewaretoken: token,
    scans: JSON.stringify(batch.map(({ at, ...scan }) => ({ ...scan, age_ms: now - at }))),
  });
  let lost = false;
  try {
    const answer = await fetch(url, { method: "POST", body, headers: { "X-Fragment": "1" }, redirect: "error" });
    if (answer.status === 409) {
      // The count is closed. The page says what it is now, and what of this queue did not count.
      location.reload();
      return;
    }
    const unreadable = answer.status === 400;
    if (unreadable) say(batch.map(({ code }) => `${code}${line.dataset.unreadable}`));
    else if (!answer.ok) throw new Error(String(answer.status));
    const taken = new Set(batch.map((scan) => scan.key));
    queue = queue.filter((scan) => !taken.has(scan.key));
    keep(waiting, queue);
    if (!unreadable) draw(await answer.text());
  } catch {
    lost = true;
  }
  sending = false;
  tell(lost);
  if (lost) setTimeout(send, AGAIN_MS);
  else send();
}

function draw(html) {
  const fragment = new DOMParser().parseFromString(html, "text/html");
  const refused = [...fragment.querySelectorAll("[data-refused]")];
  if (refused.length) say(refused.map((each) => each.textContent));
  for (const each of refused) each.remove();
  if (tally.contains(document.activeElement) && document.activeElement.value) return;
  const place = document.activeElement?.id;
  tally.replaceChildren(...fragment.body.childNodes);
  if (place) document.getElementById(place)?.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const code = form.elements.code.value.trim();
  form.elements.code.value = "";
  if (code) add({ code, change: 1 });
});

tally.addEventListener("submit", (event) => {
  event.preventDefault();
  const row = event.target;
  const typed = row.elements.number.value.trim();
  const code = row.elements.code.value;
  if (event.submitter?.value === "-1") add({ code, change: -1 });
  else if (/^[0-9]{1,5}$/.test(typed)) {
    row.elements.number.value = "";
    row.elements.number.blur();
    add({ code, number: Number(typed) });
  }
});

// The differences are shown once everything was sent.
document.querySelector("[data-when-sent]").addEventListener("click", (event) => {
  if (queue.length) {
    event.preventDefault();
    tell(true);
    send();
  }
});

setInterval(async () => {
  if (document.hidden || queue.length || sending) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Fragment": "1" }, redirect: "error" });
    if (answer.ok && !queue.length && !sending) draw(await answer.text());
  } catch {
    // The next one may come through.
  }
}, FRESH_MS);

addEventListener("online", send);
send();
