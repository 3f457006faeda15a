// The map of the shops: Leaflet comes from its package, and only when somebody asks for the map.
function load(address, element) {
  return new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = reject;
    if (element.tagName === "LINK") {
      element.rel = "stylesheet";
      element.href = address;
    } else element.src = address;
    document.head.append(element);
  });
}

function card(place) {
  const box = document.createElement("div");
  const link = document.createElement("a");
  link.href = place.url;
  link.textContent = place.name;
  const more = document.createElement("div");
  more.textContent = `${place.town} · ${place.opening}`;
  box.append(link, more);
  return box;
}

// Without a background, towns are named as far as their names do not touch, those with the most
// shops first: enough to find one's way.
function name(L, map, places) {
  const towns = new Map();
  for (const place of places) towns.set(place.town, [...(towns.get(place.town) ?? []), place.at]);
  const taken = [];
  for (const [town, points] of [...towns].sort((one, other) => other[1].length - one[1].length)) {
    const { x, y } = map.latLngToContainerPoint(points[0]);
    const box = [x, y - 12, x + 22 + town.length * 9.5, y + 12];
    if (taken.some((each) => box[0] < each[2] && each[0] < box[2] && box[1] < each[3] && each[1] < box[3])) continue;
    taken.push(box);
    L.tooltip(points[0], { content: town, permanent: true, direction: "right", offset: [10, 0], className: "map__town" }).addTo(map);
  }
}

export async function show(button) {
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const box = document.getElementById(button.dataset.target);
  await Promise.all([
    load(data.style, document.createElement("link")),
    load(data.script, document.createElement("script")),
  ]);
  box.hidden = false;
  button.hidden = true;
  const { L } = window;
  const map = L.map(box, { scrollWheelZoom: false, zoomSnap: 0.25, attributionControl: Boolean(data.tiles) });
  if (data.tiles) L.tileLayer(data.tiles, { maxZoom: 19, attribution: "© OpenStreetMap" }).addTo(map);
  for (const place of data.places) {
    L.circleMarker(place.at, { radius: 7, weight: 2, color: "#fffdf9", fillColor: "#7a1f2b", fillOpacity: 1 })
      .bindTooltip(place.name)
      .bindPopup(card(place))
      .addTo(map);
  }
  map.fitBounds(L.latLngBounds(data.places.map((place) => place.at)).pad(0.06), { maxZoom: 14 });
  if (!data.tiles) name(L, map, data.places);
}
