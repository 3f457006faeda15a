#!/bin/sh
# Two makers of Mondial Relay labels, and the house number: mondialrelay-pyt 0.2.2 writes it into an
# element that the service does not have, @frontboi/mondial-relay 1.2.18 (npm) refuses "12 bis".
#
# An address of the service (Dual Carrier, version 1.0 of the request) has HouseNo, PhoneNo and Email.
# mondialrelay-pyt writes the optional fields with the names of its own dictionary, RecipientHouseNo,
# RecipientPhoneNo, RecipientEmail: the parcel goes to "rue des Livres", and home delivery, for which a
# phone number must be given, has none. @frontboi/mondial-relay takes no blank in the number, which the
# service allows; its letters for street and town go up to ÿ, so "Périgueux" passes, and the very common
# "rue du Sacré-Cœur" raises, like "Vœuil-et-Giget". Of three measures it writes one, the width, as
# elements where the service wants attributes. Nothing is sent here: the call to the service is replaced.
#
# Seen: mondialrelay-pyt: RecipientHouseNo RecipientPhoneNo RecipientEmail; @frontboi/mondial-relay: 12
# sent, 12 BIS HouseNo, Sacré-Cœur Streetname, Vœuil-et-Giget City; Length Value="30", Width
# <Value>20</Value>.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet mondialrelay-pyt==0.2.2
npm install --silent --no-audit --no-fund --prefix "$folder" @frontboi/mondial-relay@1.2.18
cat > "$folder/write.cjs" <<'JS'
const axios = require("axios");
let sent = "";
const field = { labelListField: { labelField: { outputField: "" } }, shipmentNumberField: "1" };
axios.default.post = async (_, xml) => {
  sent = xml;
  return { data: { shipmentsListField: [field] } };
};
const { createShipment } = require("@frontboi/mondial-relay");

const street = { Streetname: "rue des Livres", HouseNo: "12", PostCode: "24000", City: "Périgueux" };
const reach = { PhoneNo: "+33500000000", MobileNo: "", Email: "someone@shop.example" };
const Sender = { Firstname: "A", Lastname: "Shop", CountryCode: "FR", ...street, ...reach };
const measure = (Value) => ({ Value, Unit: "cm" });
const size = { Length: measure(30), Width: measure(20), Depth: measure(5) };
const told = async (change) => {
  try {
    await createShipment({
      context: { Login: "a", Password: "b", CustomerId: "BDTEST13" },
      outputOptions: { OutputFormat: "10x15", OutputType: "PdfUrl" },
      shipment: {
        Sender,
        Recipient: { ...Sender, ...change },
        OrderNo: "7",
        CustomerNo: "8",
        ParcelCount: "1",
        CollectionMode: { Mode: "CCC" },
        DeliveryMode: { Mode: "24R", Location: "FR-66974" },
        Parcels: { Parcel: { Content: "Livres", Weight: { Value: 900, Unit: "gr" }, ...size } },
      },
    });
    return "sent";
  } catch (error) {
    return error.issues[0].path[1];
  }
};
(async () => {
  const answers = [await told({})];
  const sizes = sent.replace(/\s+/g, " ");
  answers.push(await told({ HouseNo: "12 BIS" }));
  answers.push(await told({ Streetname: "rue du Sacré-Cœur" }));
  answers.push(await told({ City: "Vœuil-et-Giget" }));
  console.log(JSON.stringify({ answers, sizes }));
})();
JS
node "$folder/write.cjs" > "$folder/answers.json"
"$folder/venv/bin/python" - "$folder/answers.json" <<'PYTHON'
import json
import re
import sys

from mondialrelay_pyt import mondialrelay_pyt as library

sent: list[str] = []
library.sendxmlrequest = lambda xml: sent.append(xml)
library.parsexmlresponse = lambda response: None
address = {
    "Streetname": "rue des Livres",
    "PostCode": "24000",
    "City": "PERIGUEUX",
    "AddressAdd1": "LA LIBRAIRIE",
    "CountryCode": "FR",
}
reach = {"HouseNo": "12", "PhoneNo": "0500000000", "Email": "someone@shop.example"}
library.make_shipping_label(
    {
        "Login": "a",
        "Password": "b",
        "CustomerId": "BDTEST13",
        "Culture": "fr-FR",
        "OutputFormat": "10x15",
        "DeliveryMode": "HOM",
        "DeliveryLocation": "",
        "CollectionMode": "CCC",
        "ParcelWeight": "900",
        **{f"Sender{name}": value for name, value in address.items()},
        **{f"Recipient{name}": value for name, value in {**address, **reach}.items()},
    }
)
names = [re.search(rf"<(\w+)>{re.escape(value)}<", sent[0])[1] for value in reach.values()]
other = json.load(open(sys.argv[1], encoding="utf-8"))
length = re.search(r"<Length (\S+)", other["sizes"])[1]
width = re.search(r"<Width> (\S+)", other["sizes"])[1]
asked = ["12", "12 BIS", "Sacré-Cœur", "Vœuil-et-Giget"]
answers = ", ".join(f"{each} {answer}" for each, answer in zip(asked, other["answers"], strict=True))
print(f"mondialrelay-pyt: {' '.join(names)}; @frontboi/mondial-relay: {answers};", end=" ")
print(f"Length {length}, Width {width}.")
assert names == ["RecipientHouseNo", "RecipientPhoneNo", "RecipientEmail"]
assert "<Streetname>rue des Livres</Streetname>" in sent[0]
assert other["answers"] == ["sent", "HouseNo", "Streetname", "City"]
assert (length, width) == ('Value="30"', "<Value>20</Value>")
PYTHON
