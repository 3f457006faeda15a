// Web Mercator, on a world of 256 pixels: what Leaflet's zoom 0 is.
const across = (longitude) => 256 * (longitude / 360 + 0.5);
const down = (latitude) => 256 * (0.5 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / (2 * Math.PI));

// The drawn departments (TopoJSON): borders once each, as one path; the browser scales it.
export class Land {
  constructor(topology) {
    const [scale] = topology.transform.scale;
    const lines = topology.arcs.map((arc) => {
      let [longitude, latitude] = [0, 0];
      return arc.map(([east, north]) => {
        longitude += east;
        latitude += north;
        return `${across(longitude * scale).toFixed(4)} ${down(latitude * scale).toFixed(4)}`;
      });
    });
    const times = new Uint8Array(lines.length);
    let ground = "";
    for (const { arcs } of topology.objects.departments.geometries) {
      for (const ring of arcs.flat()) {
        const points = ring.flatMap((number) => {
          times[number < 0 ? ~number : number] += 1;
          return number < 0 ? lines[~number].slice().reverse() : lines[number];
        });
        ground += `M${points.join("L")}Z`;
      }
    }
    const drawn = (wanted) => lines.filter((_, at) => (times[at] > 1) === wanted).map((line) => `M${line.join("L")}`).join("");
    this.element = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.element.classList.add("map__land", "leaflet-zoom-animated");
    this.element.setAttribute("aria-hidden", "true");
    for (const [name, path] of [["ground", ground], ["border", drawn(true)], ["coast", drawn(false)]]) {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
      line.classList.add(`map__${name}`);
      line.setAttribute("d", path);
      this.element.append(line);
    }
  }

  // Drawn for three views each way: a map that is pushed shows no edge.
  place(map, origin, scale) {
    const { x: width, y: height } = map.getSize();
    const corner = map.getPixelBounds().min.subtract([width, height]);
    this.corner = corner.divideBy(scale);
    L.DomUtil.setTransform(this.element, corner.subtract(origin), 1);
    this.element.setAttribute("width", 3 * width);
    this.element.setAttribute("height", 3 * height);
    this.element.setAttribute("viewBox", [this.corner.x, this.corner.y, (3 * width) / scale, (3 * height) / scale].join(" "));
    this.scale = scale;
  }

  follow(origin, scale) {
    L.DomUtil.setTransform(this.element, this.corner.multiplyBy(scale).subtract(origin), scale / this.scale);
  }
}
