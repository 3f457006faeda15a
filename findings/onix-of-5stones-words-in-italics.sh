#!/bin/sh
# @5stones/onix 1.0.2 (npm): a description with a word in italics cannot be put together again, and a
# file with one book has no list of books, though its type promises one.
#
# Publishers write descriptions in XHTML inside ONIX 3.0 (textformat 05). The package returns the words
# of a paragraph as one text without the blanks at the seams, and the word in italics beside it, with
# nothing that says where it stood; of two paragraphs with a list between them the order is lost. Its
# types are for editors only: `Product` is `Product[]`, yet one product, one price or one contributor is
# an object, so `for (const book of message.Product)` raises on the first file with one book. Escaped
# HTML (textformat 02) is whole.
#
# Seen: Unnoir & drôle. / roman; two paragraphs, then the list; one book: TypeError, two books: read;
# 02: <p>Un <em>roman</em> noir.</p>.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" @5stones/onix@1.0.2
cat > "$folder/read.mjs" <<'JS'
import assert from "node:assert";
import { parse } from "@5stones/onix";

const book = (format, text) =>
  `<Product><CollateralDetail><TextContent><TextType>03</TextType><ContentAudience>00` +
  `</ContentAudience><Text textformat="${format}">${text}</Text></TextContent>` +
  `</CollateralDetail></Product>`;
const message = (...books) =>
  parse(
    `<ONIXMessage xmlns="http://ns.editeur.org/onix/3.0/reference" release="3.0">` +
      `${books.join("")}</ONIXMessage>`,
  ).ONIXMessage;
const text = (format, content) =>
  message(book(format, content)).Product.CollateralDetail.TextContent.Text;
const walk = (read) => {
  try {
    for (const each of read.Product) assert.ok(each.CollateralDetail);
    return "read";
  } catch (error) {
    return error.name;
  }
};

const italics = text("05", "<p>Un <em>roman</em> noir &amp; drôle.</p>").p;
const order = text("05", "<p>Lire :</p><ul><li>Un</li><li>Deux</li></ul><p>Fin.</p>");
const escaped = text("02", "&lt;p&gt;Un &lt;em&gt;roman&lt;/em&gt; noir.&lt;/p&gt;")["#text"];
const one = book("05", "<p>Un.</p>");
const [single, pair] = [walk(message(one)), walk(message(one, one))];
console.log(
  `${italics["#text"]} / ${italics.em}; ${JSON.stringify(order)}; one book: ${single}, two books:` +
    ` ${pair}; 02: ${escaped}.`,
);
assert.deepEqual(italics, { em: "roman", "#text": "Unnoir & drôle." });
assert.deepEqual(order.p, ["Lire :", "Fin."]);
assert.deepEqual(order.ul, { li: ["Un", "Deux"] });
assert.deepEqual([single, pair], ["TypeError", "read"]);
assert.equal(escaped, "<p>Un <em>roman</em> noir.</p>");
JS
(cd "$folder" && node read.mjs)
