// What JavaScript adds to the public pages. Everything works without it.

// My position, one tap: rounded to about 100 m before it leaves the browser.
for (const button of document.querySelectorAll("[data-locate]")) {
  const form = button.form;
  const near = form.elements.near;
  const status = form.querySelector("[data-locate-status]");
  if (!("geolocation" in navigator)) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    status.textContent = "";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.removeAttribute("aria-busy");
        form.elements.lat.value = coords.latitude.toFixed(3);
        form.elements.lon.value = coords.longitude.toFixed(3);
        near.value = button.dataset.label;
        const text = form.elements.q;
        if (text && !text.value) text.focus();
        else if (form.method === "get") form.requestSubmit();
      },
      () => {
        button.removeAttribute("aria-busy");
        status.textContent = button.dataset.denied;
        near.focus();
      },
      { maximumAge: 600000, timeout: 10000 },
    );
  });
  near.addEventListener("input", () => {
    form.elements.lat.value = "";
    form.elements.lon.value = "";
  });
}

// Suggestions as one types: the combobox pattern of the ARIA practices, list on demand.
class Suggestions {
  constructor(field, address) {
    this.field = field;
    this.address = address;
    this.active = -1;
    this.items = [];
    this.list = document.createElement("ul");
    this.list.id = `${field.id}-suggestions`;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Suggestions");
    field.closest(".searchbar__what").append(this.list);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) field.setAttribute(name, value);
    field.addEventListener("input", () => this.later());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 120);
  }

  async ask() {
    const text = this.field.value.trim();
    this.request?.abort();
    if (text.length < 2) return this.close();
    this.request = new AbortController();
    try {
      const answer = await fetch(`${this.address}?q=${encodeURIComponent(text)}`, {
        headers: { Accept: "application/json" },
        signal: this.request.signal,
      });
      if (answer.ok && document.activeElement === this.field) this.show((await answer.json()).suggestions);
    } catch {
      this.close();
    }
  }

  show(found) {
    // Editions of one work read the same: the first stands for them.
    const seen = new Set();
    const items = found.filter(({ label, detail }) => !seen.has(`${label}|${detail}`) && seen.add(`${label}|${detail}`));
    this.items = items;
    this.choose(-1);
    this.list.replaceChildren(...items.map((item, index) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(item.label);
      if (item.detail) {
        const detail = document.createElement("small");
        detail.textContent = item.detail;
        option.append(detail);
      }
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        location.assign(item.url);
      });
      return option;
    }));
    this.list.hidden = items.length === 0;
    this.field.setAttribute("aria-expanded", String(items.length > 0));
  }

  choose(index) {
    this.active = index;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    if (index < 0) this.field.removeAttribute("aria-activedescendant");
    else {
      this.field.setAttribute("aria-activedescendant", this.list.children[index].id);
      this.list.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  key(event) {
    if (this.list.hidden) return;
    const count = this.items.length;
    if (event.key === "ArrowDown") this.choose((this.active + 1) % count);
    else if (event.key === "ArrowUp") this.choose(this.active <= 0 ? count - 1 : this.active - 1);
    else if (event.key === "Enter" && this.active >= 0) location.assign(this.items[this.active].url);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  close() {
    this.list.hidden = true;
    this.choose(-1);
    this.field.setAttribute("aria-expanded", "false");
  }
}

for (const form of document.querySelectorAll("form[data-suggest]")) {
  if (form.dataset.suggest) new Suggestions(form.elements.q, form.dataset.suggest);
}

// An order whose amounts were asked for otherwise than the form above now says asks them anew first.
for (const form of document.querySelectorAll("form[data-after]")) {
  const asked = document.getElementById(form.dataset.after);
  const changed = (field) => field.type === "checkbox"
    ? field.checked !== field.defaultChecked
    : field.options
      ? [...field.options].some((option) => option.selected !== option.defaultSelected)
      : field.value !== field.defaultValue;
  form.addEventListener("submit", (event) => {
    if (![...asked.querySelectorAll("input, select")].some(changed)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    asked.requestSubmit();
  });
}

// A second click on a button that is already sending does nothing: the server would not either.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});

// The map comes only when it is asked for.
for (const button of document.querySelectorAll("[data-map]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { show } = await import(button.dataset.map);
    show(button);
  }, { once: true });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
