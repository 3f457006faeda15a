// The map of the shops, beside the list that says the same. Leaflet comes from its package, and only
// when somebody asks for the map; the points from /boutiques.geojson, which a browser keeps.
//
// Shops that would touch are one mark with their number. Marks are buttons, and only those in view
// are in the page: a keyboard reaches each (Tab to the marks, arrows from one to the next).

const FARTHEST = 17; // the closest zoom
const MOST_LISTED = 30; // shops in one card
const MOST_NAMES = 40; // names of towns drawn at once
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const plural = new Intl.PluralRules(document.documentElement.lang || "fr");

function load(name, facts) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(name), facts);
    [element.onload, element.onerror] = [resolve, reject];
    document.head.append(element);
  });
}

const most = (mark) => {
  const counts = new Map();
  for (const { town } of mark.shops) counts.set(town, (counts.get(town) ?? 0) + 1);
  return [...counts].reduce((one, other) => (other[1] > one[1] ? other : one))[0];
};

function made(name, className, text = "") {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

class ShopMap {
  constructor(box, data, parts, shops, land) {
    this.box = box;
    this.data = data;
    this.gather = parts.gather;
    this.reach = parts.REACH;
    this.shops = shops;
    this.status = box.querySelector("[role=status]");
    this.map = this.started(box.querySelector(".map"));
    this.pane = this.map.getPane("markerPane");
    [this.elements, this.names] = [new Map(), []];
    this.land = land;
    if (land) this.map.getPane("overlayPane").append(land.element);
    this.map.on("moveend", () => this.draw()).on("zoomanim", (event) => this.follow(event));
    this.map.on("popupclose", () => this.closed());
    // Leaflet closes cards on a click that reaches it; and a push of the map that begins on a mark
    // is none of the mark's.
    this.pane.addEventListener("click", (event) => {
      event.stopPropagation();
      if (event.detail === 0 || !this.map.dragging.moved()) this.chosen(event.target.closest("button"));
    });
    this.pane.addEventListener("keydown", (event) => this.key(event));
    this.map.getContainer().addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.popup) this.map.closePopup(this.popup);
    });
    for (const kind of ["mouseover", "focusin"]) {
      document.querySelector("main").addEventListener(kind, (event) => this.light(event.target));
    }
    box.addEventListener("keyup", () => box.classList.add("map-box--keys"), { once: true });
    setTimeout(() => this.fit());
  }

  started(element) {
    const { background } = this.data;
    const words = this.box.dataset;
    const map = L.map(element, {
      scrollWheelZoom: false,
      zoomControl: false,
      zoomSnap: background.tiles ? 1 : 0.25,
      minZoom: background.least ?? 2,
      maxZoom: FARTHEST,
      zoomAnimation: !still,
      fadeAnimation: !still,
      inertia: !still,
    });
    L.control.zoom({ zoomInTitle: words.nearer, zoomOutTitle: words.wider }).addTo(map);
    map.attributionControl.setPrefix(false);
    let credit = words.outlines;
    if (background.tiles) {
      element.classList.add("map--tiles");
      const whose = made(background.link ? "a" : "span", "", background.words);
      if (background.link) [whose.href, whose.rel] = [background.link, "noopener"];
      credit = whose.outerHTML;
      // The public servers refuse who does not say where the question comes from; they are told
      // the site, never the page.
      L.tileLayer(background.tiles, {
        minNativeZoom: background.least,
        maxNativeZoom: background.most,
        maxZoom: FARTHEST,
        ...(background.bounds && { bounds: background.bounds }),
        referrerPolicy: "strict-origin",
      }).addTo(map);
    }
    map.attributionControl.addAttribution(credit);
    return map;
  }

  // All that is shown; of many shops, without the farthest few: the overseas ones would make the
  // rest a single mark.
  fit() {
    const middle = (name) => {
      const sorted = this.shops.map((shop) => shop[name]).sort((one, other) => one - other);
      const cut = sorted.length > 100 ? Math.floor(sorted.length / 25) : 0;
      return [sorted[cut], sorted[sorted.length - 1 - cut]];
    };
    const [south, north] = middle("latitude");
    const [west, east] = middle("longitude");
    this.map.fitBounds(L.latLngBounds([south, west], [north, east]).pad(0.06), { maxZoom: 14, animate: false });
  }

  // Puts the marks in view into the page, in the order of reading, and takes the others out. The
  // mark that has the focus stays where it is; where it is gone, what stands for it has the focus.
  draw() {
    const zoom = this.map.getZoom();
    const scale = 2 ** zoom;
    const origin = this.map.getPixelOrigin();
    if (zoom !== this.zoom) this.marks = this.gathered(zoom);
    this.zoom = zoom;
    const view = this.map.getPixelBounds();
    const row = (mark) => Math.floor((mark.y * scale - view.min.y) / this.reach);
    this.shown = this.marks
      .filter((mark) => view.contains([mark.x * scale, mark.y * scale]))
      .sort((one, other) => row(one) - row(other) || one.x - other.x);
    const had = this.pane.contains(document.activeElement) ? document.activeElement : null;
    const before = had?.mark;
    const former = this.elements;
    this.elements = new Map();
    for (const mark of this.shown) {
      const key = mark.shops[0].id;
      const element = former.get(key) ?? document.createElement("button");
      former.delete(key);
      if (element.mark !== mark) this.dress(element, mark);
      L.DomUtil.setPosition(element, L.point(mark.x * scale, mark.y * scale).subtract(origin));
      this.elements.set(key, element);
    }
    const focused = had && this.elements.get(before.shops[0].id) === had ? had : null;
    this.order(focused);
    if (had && !focused) (this.elementOf(before.shops[0].id) ?? this.map.getContainer()).focus({ preventScroll: true });
    for (const element of former.values()) element.remove();
    this.stop(this.elements.get(this.last) ?? this.elements.values().next().value);
    clearTimeout(this.drawing);
    this.drawing = setTimeout(() => this.behind(origin, scale));
    clearTimeout(this.telling);
    if (!this.popup) this.telling = setTimeout(() => this.tell(), 300);
  }

  // The page's order becomes that of reading, with as few moves as can be, and none of the focused.
  order(focused) {
    let next = this.pane.firstChild;
    for (const element of this.elements.values()) {
      while (element === focused && next !== focused) {
        const after = next.nextSibling;
        this.pane.append(next);
        next = after;
      }
      if (element === next) next = next.nextSibling;
      else this.pane.insertBefore(element, next);
    }
  }

  // What lies behind the marks, in a task of its own.
  behind(origin, scale) {
    if (!this.land || this.map.getZoom() !== this.zoom) return;
    this.land.place(this.map, origin, scale);
    this.name(scale, origin);
  }

  dress(element, mark) {
    const { shops } = mark;
    const [shop] = shops;
    element.mark = mark;
    element.type = "button";
    element.className = "map__mark leaflet-zoom-animated";
    if (shops.length === 1) {
      if (shop.kind === "records") element.classList.add("map__mark--records");
      if (shop.about) element.classList.add("map__mark--about");
    } else element.classList.add(shops.length < 100 ? "map__mark--many" : "map__mark--most");
    element.setAttribute("aria-label", shops.length === 1 ? `${shop.name}, ${shop.town}` : this.words("here", shops.length, most(mark)));
    element.title = element.getAttribute("aria-label");
    element.setAttribute("aria-expanded", String(this.popup?.mark.shops[0] === mark.shops[0]));
    element.tabIndex = -1;
    element.replaceChildren(made("span", "", shops.length === 1 ? "" : shops.length));
  }

  words(name, count, town = "") {
    const said = this.data[name][plural.select(count) === "one" ? 0 : 1];
    return said.replace("%(n)s", count).replace("%(town)s", town);
  }

  // One stop for Tab among the marks: the last that had the focus, or the first.
  stop(element) {
    this.last = element?.mark.shops[0].id ?? this.last;
    for (const each of this.elements.values()) each.tabIndex = each === element ? 0 : -1;
  }

  // Says how many shops are in view; what a card says, to those who hear the page.
  tell(card = "") {
    const count = this.shown.reduce((sum, mark) => sum + mark.shops.length, 0);
    this.status.replaceChildren(this.words("in_view", count), made("span", "hidden", card && `: ${card}`));
  }

  elementOf(id) {
    return [...this.elements.values()].find(({ mark }) => mark.shops.some((shop) => shop.id === id)) ?? null;
  }

  follow({ zoom, center }) {
    const { map } = this;
    const scale = 2 ** zoom;
    const shift = L.DomUtil.getPosition(map.getPane("mapPane"));
    const origin = map.project(center, zoom).subtract(map.getSize().divideBy(2)).add(shift).round();
    for (const each of [...this.elements.values(), ...this.names]) {
      L.DomUtil.setPosition(each, L.point(each.mark.x * scale, each.mark.y * scale).subtract(origin).round());
    }
    this.land?.follow(origin, scale);
    setTimeout(() => this.gathered(zoom));
  }

  // The marks of a zoom: worked out while the map still moves there.
  gathered(zoom) {
    if (this.ready?.zoom !== zoom) this.ready = { zoom, marks: this.gather(this.shops, zoom) };
    return this.ready.marks;
  }

  key(event) {
    const elements = [...this.elements.values()];
    const at = elements.indexOf(event.target.closest("button"));
    const to = {
      ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: elements.length - 1,
    }[event.key];
    const deeper = { "+": 1, "=": 1, "-": -1 }[event.key];
    if (deeper) this.map.setZoom(this.map.getZoom() + deeper, { animate: !still });
    else if (to === undefined) return;
    else {
      const element = elements[(to + elements.length) % elements.length];
      this.stop(element);
      element.focus({ preventScroll: true });
    }
    event.preventDefault();
    event.stopPropagation();
  }

  // A shop opens its card; several are drawn closer, or listed where that would part none of them.
  chosen(element) {
    if (!element) return;
    const { mark } = element;
    this.stop(element);
    const bounds = L.latLngBounds(mark.shops.map((shop) => [shop.latitude, shop.longitude]));
    const zoom = Math.min(this.map.getBoundsZoom(bounds.pad(0.1)), FARTHEST);
    if (mark.shops.length > 1 && zoom > this.map.getZoom() && this.gather(mark.shops, zoom).length > 1) {
      this.map.setView(bounds.getCenter(), zoom, { animate: !still });
    } else if (this.popup?.mark.shops[0] === mark.shops[0]) this.map.closePopup(this.popup);
    else this.open(element, mark);
  }

  async open(element, mark) {
    const shops = mark.shops.slice(0, MOST_LISTED);
    const content = made("div", "map__cards");
    content.append(...shops.map((shop) => {
      const card = made("div", "map__card");
      const link = made("a", "", shop.name);
      link.href = this.data.shop.replace(this.data.slug, encodeURIComponent(shop.id));
      card.append(link, made("p", "", shop.town), made("p", "map__open"));
      if (shop.about) card.append(made("p", "small soft", this.box.dataset.about));
      return card;
    }));
    const at = [mark.shops[0].latitude, mark.shops[0].longitude];
    const popup = L.popup({ autoPan: false, maxWidth: 260, minWidth: 200, offset: [0, -4] });
    popup.mark = mark;
    popup.setLatLng(at).setContent(content).openOn(this.map);
    this.popup = popup;
    element.setAttribute("aria-expanded", "true");
    popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", this.box.dataset.close);
    this.show(at, popup);
    const told = await this.opening(shops);
    [...content.children].forEach((card, index) => {
      const facts = told.get(shops[index].id);
      if (!facts) return;
      const [where, when] = card.querySelectorAll("p");
      if (facts.street) where.textContent = `${facts.street}, ${facts.postcode} ${facts.town}`;
      when.textContent = facts.opening;
      when.classList.toggle("open--yes", facts.open === true);
    });
    if (this.popup !== popup) return;
    popup.update();
    this.show(at, popup);
    clearTimeout(this.telling);
    this.tell([...content.firstChild.children].map((part) => part.textContent).join(", "));
  }

  // Moves the map no more than the card needs.
  show(at, popup) {
    const { offsetWidth: wide, offsetHeight: high } = popup.getElement();
    const padding = { paddingTopLeft: [wide / 2 + 12, high + 24], paddingBottomRight: [wide / 2 + 12, 24] };
    this.map.panInside(at, { ...padding, animate: !still });
  }

  async opening(shops) {
    try {
      const asked = new URLSearchParams(shops.map((shop) => ["de", shop.id]));
      const answer = await fetch(`${this.data.openings}?${asked}`);
      return new Map(answer.ok ? (await answer.json()).shops.map((each) => [each.slug, each]) : []);
    } catch {
      return new Map();
    }
  }

  closed() {
    const { popup } = this;
    if (!popup) return;
    this.popup = null;
    const element = this.elementOf(popup.mark.shops[0].id);
    for (const each of this.elements.values()) each.setAttribute("aria-expanded", "false");
    const focus = document.activeElement;
    if (focus === document.body || popup.getElement()?.contains(focus)) {
      (element ?? this.map.getContainer()).focus({ preventScroll: true });
    }
    this.tell();
  }

  // The point of the shop whose line of the list is looked at.
  light(target) {
    const [before, after] = this.data.shop.split(this.data.slug);
    const path = target.closest?.("a[href]")?.pathname ?? "";
    const id = path.startsWith(before) && path.endsWith(after) ? decodeURIComponent(path.slice(before.length, path.length - after.length)) : "";
    const element = id && !this.box.contains(target) ? this.elementOf(id) : null;
    if (element === this.lit) return;
    this.lit?.classList.remove("is-lit");
    element?.classList.add("is-lit");
    this.lit = element;
  }

  // Without a background towns are named as far as their names do not touch, those with the most
  // shops first: enough to find one's way.
  name(scale, origin) {
    for (const each of this.names) each.remove();
    this.names = [];
    const taken = this.shown.map((mark) => [mark.x * scale - 12, mark.y * scale - 12, mark.x * scale + 12, mark.y * scale + 12, mark]);
    const towns = new Set();
    for (const mark of [...this.shown].sort((one, other) => other.shops.length - one.shops.length)) {
      if (this.names.length >= MOST_NAMES) break;
      const town = most(mark);
      const [x, y] = [mark.x * scale, mark.y * scale];
      const box = [x + 14, y - 10, x + 22 + town.length * 8, y + 10, mark];
      const touches = (each) => each[4] !== mark && box[0] < each[2] && each[0] < box[2] && box[1] < each[3] && each[1] < box[3];
      if (towns.has(town) || taken.some(touches)) continue;
      towns.add(town);
      taken.push(box);
      const element = made("span", "map__town leaflet-zoom-animated", town);
      element.mark = mark;
      element.setAttribute("aria-hidden", "true");
      L.DomUtil.setPosition(element, L.point(x, y).subtract(origin));
      this.names.push(element);
    }
    this.map.getPane("shadowPane").append(...this.names);
  }
}

// Shows the map, and from then on hides and shows it: the button keeps the focus.
export async function show(button) {
  const box = document.getElementById(button.getAttribute("aria-controls"));
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const label = button.querySelector("span");
  const words = [button.dataset.hide, label.textContent];
  const toggle = () => {
    box.hidden = !box.hidden;
    button.setAttribute("aria-expanded", String(!box.hidden));
    label.textContent = words[box.hidden ? 1 : 0];
    box.parentElement.classList.toggle("beside--map", !box.hidden);
  };
  button.setAttribute("aria-busy", "true");
  try {
    const { current, turn, ...points } = await import(data.points);
    const outlines = data.background.tiles ? null : fetch(data.outlines).then((answer) => answer.json());
    const [shops, topology, ground] = await Promise.all([
      current(data),
      outlines,
      import(data.ground),
      load("link", { rel: "stylesheet", href: data.style }),
      load("script", { src: data.leaflet }),
    ]);
    const land = topology && (await ground.Land.read(topology, new points.Slices()));
    toggle();
    await turn();
    const map = new ShopMap(box, data, points, shops, land);
    button.addEventListener("click", () => {
      toggle();
      if (!box.hidden) map.map.invalidateSize();
    });
  } catch (error) {
    toggle();
    box.querySelector("[role=status]").textContent = box.dataset.failed;
    button.hidden = true;
    throw error;
  } finally {
    button.removeAttribute("aria-busy");
  }
}
