#!/bin/sh
# opening_hours.js 3.15.0 (npm): with the address that Nominatim gives for a shop in Alsace or Moselle,
# Good Friday and 26 December are ordinary days, although the library has them.
#
# They are holidays there, Good Friday in towns with a Protestant church (Code du travail, L3134-13). The
# library asks for the object as Nominatim returns it. It has the two under the departments, Bas-Rhin,
# Haut-Rhin and Moselle, but compares `state`, which has been the region Grand Est since 2016, and looks
# at `county`, where Nominatim puts the department, only when there is no state. A shop with `PH off` is
# shown open on both. Set `state` to the department yourself. For overseas, where region and department
# have one name, the holidays are found.
#
# Seen: Grand Est and Bas-Rhin: 11 holidays, open on 26 December true; Bas-Rhin as state: 13, false;
# Guadeloupe 14.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" opening_hours@3.15.0
cat > "$folder/read.cjs" <<'JS'
const assert = require("node:assert");
const Hours = require("opening_hours");

// What a shop with these hours does in 2026 at an address: [holidays, open on 26 December at 11].
function read(address) {
  const place = { lat: 48.58, lon: 7.75, address: { country_code: "fr", ...address } };
  const year = [new Date(2026, 0, 1), new Date(2027, 0, 1)];
  const holidays = new Hours("PH open", place).getOpenIntervals(...year).length;
  const shop = new Hours("Mo-Sa 10:00-19:00; PH off", place);
  return [holidays, shop.getState(new Date(2026, 11, 26, 11))];
}

const nominatim = read({ county: "Bas-Rhin", state: "Grand Est" });
const mended = read({ state: "Bas-Rhin" });
const overseas = read({ state: "Guadeloupe" });
console.log(
  `Grand Est and Bas-Rhin: ${nominatim[0]} holidays, open on 26 December ${nominatim[1]};` +
    ` Bas-Rhin as state: ${mended.join(", ")}; Guadeloupe ${overseas[0]}.`,
);
assert.deepEqual(nominatim, [11, true]);
assert.deepEqual(mended, [13, false]);
assert.equal(overseas[0], 14);
JS
TZ=Europe/Paris node "$folder/read.cjs"
