// A proof of work for a form that is flooded: finds the counter of an ALTCHA challenge (version 2,
// PBKDF2) by the browser's own SubtleCrypto, says so, and sends the form. Where that is not there
// (an old browser, a page without https), it waits for the time of the ticket instead.

const form = document.getElementById("flooded");
const says = document.getElementById("flooded-says");
const button = form.querySelector("button");
const { signature, parameters } = JSON.parse(form.dataset.challenge);
const seconds = Number(form.dataset.seconds);

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (x) => x.toString(16).padStart(2, "0")).join("");

function send(message) {
  says.textContent = message;
  form.submit();
}

async function derived(counter) {
  const nonce = bytes(parameters.nonce);
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(parameters.salt), iterations: parameters.cost };
  return hex(await crypto.subtle.deriveBits(how, key, parameters.keyLength * 8));
}

// SubtleCrypto works beside the page: it stays as quick as ever.
async function solve() {
  const began = performance.now();
  for (let counter = 0; ; counter += 1) {
    const derivedKey = await derived(counter);
    if (!derivedKey.startsWith(parameters.keyPrefix)) continue;
    const time = Math.round(performance.now() - began);
    const answer = { challenge: { parameters, signature }, solution: { counter, derivedKey, time } };
    form.elements.proof.value = btoa(JSON.stringify(answer));
    return;
  }
}

// Pressed meanwhile, the button would send the form without its proof.
function work() {
  says.textContent = form.dataset.working;
  button.hidden = true;
  solve().then(() => send(form.dataset.sent), wait);
}

function wait() {
  says.textContent = form.dataset.waiting;
  button.hidden = false;
  setTimeout(() => send(form.dataset.sent), (seconds + 1) * 1000);
}

if (globalThis.crypto?.subtle) work();
else wait();

// Come back to, the page does not begin anew.
addEventListener("pageshow", (event) => {
  if (event.persisted) button.hidden = false;
});
