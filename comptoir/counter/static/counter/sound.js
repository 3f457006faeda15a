/* A short sound when a reservation comes, for the shops that want it. A browser plays none before its
   user has made a gesture on the page: the button is that gesture, and the way to hear it. */

const NOTES = [[660, 0], [880, 0.16]];
const LENGTH_S = 0.3;

function ring(context) {
  for (const [pitch, after] of NOTES) {
    const note = context.createOscillator();
    const volume = context.createGain();
    const start = context.currentTime + after;
    note.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.4, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH_S);
    note.connect(volume).connect(context.destination);
    note.start(start);
    note.stop(start + LENGTH_S);
  }
}

/** Ring at each event `news` of the document, once the browser lets this page be heard. */
export function ringAtNews(document) {
  const place = document.getElementById("sound");
  const Context = window.AudioContext;
  if (!place || !Context) return;
  const words = place.querySelector("[role=status]");
  const context = new Context();
  place.hidden = false;
  const tell = () => {
    if (context.state === "running") words.textContent = words.dataset.ready;
  };
  context.addEventListener("statechange", tell);
  tell();
  place.querySelector("button").addEventListener("click", async () => {
    await context.resume();
    ring(context);
    place.dataset.rung = Number(place.dataset.rung ?? 0) + 1;
  });
  document.addEventListener("news", () => {
    if (context.state !== "running") {
      words.textContent = words.dataset.missed;
      return;
    }
    ring(context);
    place.dataset.rung = Number(place.dataset.rung ?? 0) + 1;
  });
}
