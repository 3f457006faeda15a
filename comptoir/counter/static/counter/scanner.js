/* A scanner that acts as a keyboard: digits in a fast burst, then Enter, whatever has the focus.

   The physical key (`event.code`) tells the digit, because a scanner set to QWERTY types "&é"'(…" on
   an AZERTY keyboard. Where a browser gives no physical key, the AZERTY character is translated.
   A person types more slowly: what they type is never taken. Before the digits a scanner may send
   how the code was printed (AIM: `]E0`); behind an EAN-13 there may be an add-on of two or five. */

const BETWEEN_KEYS_MS = 60;
const LENGTHS = new Set([8, 10, 12, 13, 14, 15, 18]);
const SYMBOLOGY = /^\][A-Za-z][0-9]/;
const AZERTY = { "&": "1", "é": "2", '"': "3", "'": "4", "(": "5", "-": "6", "è": "7", "_": "8", "ç": "9", "à": "0", "§": "6", "!": "8", "É": "2", "È": "7", "Ç": "9", "À": "0" };

/** Return the digit a key means, or null. */
export function digitOf(event) {
  const physical = /^(?:Digit|Numpad)([0-9])$/.exec(event.code ?? "");
  if (physical) return physical[1];
  if (/^[0-9]$/.test(event.key)) return event.key;
  return AZERTY[event.key] ?? null;
}

/** Return the part of AIM's prefix that a key means, after those that came before, or null. */
function prefixOf(event, before) {
  if (event.code === "BracketRight" || event.key === "]") return "]";
  return before === "]" && /^[A-Za-z]$/.test(event.key) ? event.key : null;
}

/** Listen on a document and open what is scanned. */
export function listenForScans(document) {
  let keys = "";
  let last = 0;
  let field = null;
  let before = "";

  const forget = () => {
    keys = "";
    field = null;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return forget();
    if (event.key === "Shift" || event.key === "CapsLock") return;
    // A field of many lines that gathers scans: each is one of its lines.
    if (event.target?.dataset?.scanLines !== undefined) return forget();
    const pause = event.timeStamp - last;
    last = event.timeStamp;
    if (event.key === "Enter" || event.key === "Tab") {
      const digits = keys.replace(SYMBOLOGY, "");
      const scanned = pause <= BETWEEN_KEYS_MS && /^[0-9]+$/.test(digits) && LENGTHS.has(digits.length) ? digits : "";
      const typedInto = field;
      const untouched = before;
      forget();
      if (!scanned) return;
      event.preventDefault();
      event.stopPropagation();
      if (typedInto) typedInto.value = untouched;
      open(document, scanned, typedInto);
      return;
    }
    if (pause > BETWEEN_KEYS_MS) keys = "";
    const key = digitOf(event) ?? prefixOf(event, keys);
    if (key === null) return forget();
    if (!keys || key === "]") {
      keys = "";
      field = isTextField(event.target) ? event.target : null;
      before = field ? field.value : "";
    }
    keys += key;
  }, true);
}

function isTextField(element) {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}

/** Open what was scanned: in the form that asks for titles when there is one (of codes of orders, when
    it takes those too), else by finding it. */
function open(document, digits, field) {
  const form = document.querySelector("form[data-scan-into]");
  if (form && (digits.length !== 8 || form.dataset.scanCodes !== undefined)) {
    const target = form.elements[form.dataset.scanInto] ?? document.getElementById(form.dataset.scanInto);
    target.value = digits;
    form.noValidate = true;
    form.requestSubmit(form.querySelector('[name="action"][value="search"]'));
    return;
  }
  if (field?.form?.dataset.scanHere !== undefined) {
    field.value = digits;
    field.form.requestSubmit();
    return;
  }
  const find = document.querySelector("[data-scan-find]");
  if (find) document.location.assign(find.dataset.scanFind + digits);
}
