// Web Mercator, on a world of 256 pixels: what Leaflet's zoom 0 is.
const across = (longitude) => 256 * (longitude / 360 + 0.5);
const down = (latitude) => 256 * (0.5 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / (2 * Math.PI));

// The drawn departments (TopoJSON): borders once each, as one path; the browser scales it.
export class Land {
  // Reads the outlines in slices, so that the page gets its turn between them.
  static async read(topology, slices) {
    const [scale] = topology.transform.scale;
    const lines = [];
    for (const arc of topology.arcs) {
      let [longitude, latitude] = [0, 0];
      lines.push(arc.map(([east, north]) => {
        longitude += east;
        latitude += north;
        return `${across(longitude * scale).toFixed(4)} ${down(latitude * scale).toFixed(4)}`;
      }));
      await slices.rest();
    }
    const times = new Uint8Array(lines.length);
    const ground = [];
    for (const { arcs } of topology.objects.departments.geometries) {
      for (const ring of arcs.flat()) {
        const points = ring.flatMap((number) => {
          times[number < 0 ? ~number : number] += 1;
          return number < 0 ? lines[~number].slice().reverse() : lines[number];
        });
        ground.push(`M${points.join("L")}Z`);
      }
      await slices.rest();
    }
    const drawn = (wanted) => lines.filter((_, at) => (times[at] > 1) === wanted).map((line) => `M${line.join("L")}`);
    return new Land([["ground", ground], ["border", drawn(true)], ["coast", drawn(false)]]);
  }

  constructor(paths) {
    this.element = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.element.classList.add("map__land", "leaflet-zoom-animated");
    this.element.setAttribute("aria-hidden", "true");
    for (const [name, path] of paths) {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
      line.classList.add(`map__${name}`);
      line.setAttribute("d", path.join(""));
      this.element.append(line);
    }
  }

  // Drawn for three views each way: a map that is pushed shows no edge, and is drawn anew only
  // where it comes near one.
  place(map, origin, scale) {
    const { x: width, y: height } = map.getSize();
    const { min } = map.getPixelBounds();
    if (scale === this.scale && width === this.width) {
      const { x, y } = min.subtract(this.corner.multiplyBy(scale));
      if (x > width / 2 && x < 1.5 * width && y > height / 2 && y < 1.5 * height) return;
    }
    this.width = width;
    const corner = min.subtract([width, height]);
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
