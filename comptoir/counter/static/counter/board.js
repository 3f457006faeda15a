/* The task list asks every three seconds whether anything changed, and redraws only what did: an
   open question, the focus and what is half typed stay where they are. */

// The next task slides under the finger: for this long, a second tap of a double tap is not for it.
const DOUBLE_TAP_MS = 400;

/** Redraw one keyed list: nodes with the same id and version stay, but for their ages. */
function redrawList(list, fresh, added) {
  const present = new Map([...list.children].map((node) => [node.id, node]));
  const wanted = [...fresh.children].map((node) => {
    const old = present.get(node.id);
    if (!old || old.dataset.version !== node.dataset.version) {
      added.push(node);
      return node;
    }
    const ages = old.querySelectorAll("[data-age]");
    node.querySelectorAll("[data-age]").forEach((age, index) => {
      if (ages[index].textContent !== age.textContent) ages[index].textContent = age.textContent;
    });
    return old;
  });
  const kept = new Set(wanted);
  [...list.children].forEach((node) => kept.has(node) || node.remove());
  wanted.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

/** Redraw the board from a fragment and return the nodes that are new. */
export function redraw(board, fragment, tapped = null) {
  const added = [];
  const focus = tapped ?? placeOf(board, board.ownerDocument.activeElement);
  fragment.querySelectorAll("[data-keyed]").forEach((fresh) => {
    const list = board.querySelector(`#${fresh.id}`);
    if (list) redrawList(list, fresh, added);
  });
  fragment.querySelectorAll("[data-shown]").forEach((fresh) => {
    const section = board.querySelector(`#${fresh.id}`);
    if (section) section.hidden = fresh.hidden;
  });
  fragment.querySelectorAll("[data-part]").forEach((fresh) => {
    const part = board.querySelector(`#${fresh.id}`);
    if (part && !part.isEqualNode(fresh)) part.replaceWith(fresh);
  });
  giveFocusBack(board, focus);
  return added;
}

function placeOf(board, element) {
  if (!element || !board.contains(element)) return null;
  const item = element.closest("li");
  return { id: element.id, list: item?.parentElement?.id, index: item ? [...item.parentElement.children].indexOf(item) : 0 };
}

/** After a tap the task it was on is gone: the next one takes its place, and the focus. */
function giveFocusBack(board, focus) {
  const document = board.ownerDocument;
  const elsewhere = document.activeElement && document.activeElement !== document.body;
  if (!focus || elsewhere) return;
  const same = focus.id && document.getElementById(focus.id);
  const items = focus.list ? document.getElementById(focus.list)?.children ?? [] : [];
  const near = items[Math.min(focus.index, items.length - 1)];
  const target = same || near?.querySelector("button, summary") || document.getElementById("find");
  target?.focus({ preventScroll: true });
}

/** Wire the board of this page, when it has one. */
export function keepBoardFresh(document) {
  const htmx = window.htmx;
  const board = document.getElementById("board");
  if (!htmx || !board) return;
  const title = document.title.replace(/^\(\d+\) /, "");
  const offline = document.getElementById("offline");
  let last = new Date();
  let tapped = null;
  let slidAt = -Infinity;

  htmx.defineExtension("keyed", {
    isInlineSwap: (style) => style === "keyed",
    handleSwap: (style, target, fragment) => {
      if (style !== "keyed") return false;
      const place = tapped;
      tapped = null;
      if (place) slidAt = performance.now();
      return redraw(target, fragment, place);
    },
  });
  board.addEventListener("click", (event) => {
    if (performance.now() - slidAt >= DOUBLE_TAP_MS) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  // A tapped button is disabled while it is sent, and loses the focus: note where it was before.
  board.addEventListener("submit", (event) => {
    tapped = placeOf(board, event.submitter);
  }, true);
  board.addEventListener("htmx:configRequest", (event) => {
    const state = document.getElementById("board-state");
    if (event.detail.verb === "get") event.detail.headers["If-None-Match"] = `"${state.dataset.etag}"`;
  });
  board.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 304) event.detail.shouldSwap = false;
  });
  board.addEventListener("htmx:afterRequest", (event) => {
    const { status } = event.detail.xhr;
    if (status < 200 || status >= 400) return;
    last = new Date();
    offline.hidden = true;
  });
  // A poll that a tap replaces is aborted, which is no failure: only these three are.
  for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    board.addEventListener(failure, (event) => {
      tellOffline(offline, last, event.detail.requestConfig.verb === "post");
    });
  }
  const seen = new Set(waiting(board).map((task) => task.id));
  board.addEventListener("htmx:afterSwap", () => tellNews(document, title, seen));
}

function tellOffline(offline, last, lost) {
  const time = last.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const text = offline.dataset.text.replace("TIME", time);
  if (lost) offline.dataset.saved = "no";
  else if (offline.hidden) delete offline.dataset.saved;
  offline.textContent = offline.dataset.saved === "no" ? `${text} ${offline.dataset.lost}` : text;
  offline.hidden = false;
}

/** What is to be set aside or ordered. One that was confirmed late comes with an old number. */
function waiting(board) {
  return [...board.querySelectorAll("#aside-list > li, #order-list > li")];
}

/** The tab shows how many wait; a screen reader, and the sound, hear of what is new, once. */
function tellNews(document, title, seen) {
  const { count, news } = document.getElementById("board-state").dataset;
  document.title = count === "0" ? title : `(${count}) ${title}`;
  const fresh = waiting(document.getElementById("board")).filter((task) => !seen.has(task.id));
  if (!fresh.length) return;
  fresh.forEach((task) => seen.add(task.id));
  const named = fresh.at(-1).querySelector(".task__title").textContent.trim();
  document.getElementById("news").textContent = news.replace("TITLE", named);
  document.dispatchEvent(new CustomEvent("news"));
}
