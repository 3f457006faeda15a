/* What a browser keeps of a count: the scans that wait, and the list of those that do not count,
   which stays on the page until somebody has noted it. */

const list = document.getElementById("said");

export function read(name) {
  try {
    const found = JSON.parse(localStorage.getItem(name));
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

export function keep(name, what) {
  try {
    if (what.length) localStorage.setItem(name, JSON.stringify(what));
    else localStorage.removeItem(name);
  } catch {
    // A browser that keeps nothing still counts, as long as this page is open.
  }
}

export const waiting = `count-${list.dataset.count}`;
const store = `${waiting}-said`;
let said = read(store);

export function say(lines) {
  said = [...said, ...lines];
  keep(store, said);
  show();
}

function show() {
  const fragment = document.getElementById("said-lines").content.cloneNode(true);
  fragment.querySelector("[data-number]").textContent = said.length;
  fragment.querySelector("ul").append(
    ...said.map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    }),
  );
  fragment.querySelector("button").addEventListener("click", () => {
    said = [];
    keep(store, said);
    show();
  });
  list.replaceChildren(...(said.length ? [fragment] : []));
}

show();
