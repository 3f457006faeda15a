// The shops of the map: read, and gathered where they would touch.
export const REACH = 44; // pixels: as wide as a finger, so that no two marks touch
const SLICE = 8; // milliseconds of work before the page gets its turn

export const turn = () => new Promise((resolve) => { setTimeout(resolve); });

// Long work, done in slices: between them the page answers.
export class Slices {
  constructor() {
    this.until = performance.now() + SLICE;
  }

  async rest() {
    if (performance.now() < this.until) return;
    await turn();
    this.until = performance.now() + SLICE;
  }
}

// Web Mercator, on a world of 256 pixels: what Leaflet's zoom 0 is.
const across = (longitude) => 256 * (longitude / 360 + 0.5);
const down = (latitude) => 256 * (0.5 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / (2 * Math.PI));

// The shops that the list shows, a bit each in `shown`. The file has one shop a line, so that it is
// read in slices.
async function read(data) {
  const answer = await fetch(data.source);
  if (!answer.ok) throw new Error(`${data.source}: ${answer.status}`);
  const lines = (await answer.text()).split("\n");
  if (JSON.parse(`${lines[0]}]}`).version !== data.version) throw new Error("another version");
  const bits = Uint8Array.from(atob(data.shown), (letter) => letter.charCodeAt(0));
  const shops = [];
  const slices = new Slices();
  for (let at = 0; at < bits.length * 8; at += 1) {
    if (!(bits[at >> 3] & (1 << (at & 7)))) continue;
    const { id, geometry, properties } = JSON.parse(lines[at + 1].replace(/,$/, ""));
    const [longitude, latitude] = geometry.coordinates;
    shops.push({ ...properties, id, latitude, longitude, x: across(longitude), y: down(latitude) });
    await slices.rest();
  }
  return shops;
}

// The page may be older than the directory: then what it shows is asked for once more.
export async function current(data) {
  try {
    return await read(data);
  } catch {
    const page = await (await fetch(location.href)).text();
    const text = new DOMParser().parseFromString(page, "text/html").getElementById("map-data").textContent;
    return read(JSON.parse(text));
  }
}

// Each shop joins the first mark within reach of it, or is a mark itself: none is drawn where no
// shop is, and which ones there are does not change as the map moves.
export function gather(shops, zoom) {
  const size = REACH / 2 ** zoom;
  const cells = new Map();
  const marks = [];
  for (const shop of shops) {
    const column = Math.floor(shop.x / size);
    const row = Math.floor(shop.y / size);
    let nearest;
    let least = size * size;
    for (let x = column - 1; x <= column + 1; x += 1) {
      for (let y = row - 1; y <= row + 1; y += 1) {
        for (const mark of cells.get(x * 0x8000000 + y) ?? []) {
          const away = (mark.x - shop.x) ** 2 + (mark.y - shop.y) ** 2;
          if (away < least) [nearest, least] = [mark, away];
        }
      }
    }
    if (nearest) {
      nearest.shops.push(shop);
      continue;
    }
    const mark = { x: shop.x, y: shop.y, shops: [shop] };
    marks.push(mark);
    const cell = column * 0x8000000 + row;
    if (cells.has(cell)) cells.get(cell).push(mark);
    else cells.set(cell, [mark]);
  }
  return marks;
}
