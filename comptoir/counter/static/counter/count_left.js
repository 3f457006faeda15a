/* A count is closed while this browser still has scans of it: say which of them did not count. */

import { keep, read, say, waiting } from "./kept.js";

const AGAIN_MS = 3000;
const form = document.querySelector("form[data-left]");

async function tell() {
  const queue = read(waiting);
  if (!queue.length) return;
  const body = new URLSearchParams({
    csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
    // Of these an answer may have been lost; what stands behind them was never sent.
    scans: JSON.stringify(queue.slice(0, 50).map(({ key, code }) => ({ key, code }))),
  });
  try {
    const answer = await fetch(form.action, { method: "POST", body, redirect: "error" });
    if (answer.status !== 409 && answer.status !== 400) throw new Error(String(answer.status));
    const { taken } = await answer.json();
    keep(waiting, []);
    say(queue.filter(({ key }) => !taken.includes(key)).map(({ code }) => `${code}${form.dataset.left}`));
  } catch {
    setTimeout(tell, AGAIN_MS);
  }
}

tell();
