"""The two spellings of ONIX tags, read as one: the reference name in lower case.

A composite's short tag is its reference name in lower case already; only the data elements have
codes. The table holds those that Comptoir reads. Namespaces are ignored: real files of French
suppliers carry one that EDItEUR never gave, or none.
"""

from collections.abc import Iterator

from comptoir.catalogue.sources.safe_xml import Element

_SHORT = {
    "a001": "recordreference",
    "a002": "notificationtype",
    "b012": "productform",
    "b029": "subtitle",
    "b030": "titleprefix",
    "b031": "titlewithoutprefix",
    "b034": "sequencenumber",
    "b035": "contributorrole",
    "b036": "personname",
    "b037": "personnameinverted",
    "b039": "namesbeforekey",
    "b040": "keynames",
    "b041": "namesafterkey",
    "b047": "corporatename",
    "b049": "contributorstatement",
    "b067": "subjectschemeidentifier",
    "b069": "subjectcode",
    "b079": "imprintname",
    "b081": "publishername",
    "b202": "titletype",
    "b203": "titletext",
    "b210": "numberofpieces",
    "b218": "extenttype",
    "b219": "extentvalue",
    "b220": "extentunit",
    "b221": "productidtype",
    "b244": "idvalue",
    "b247": "prefixtokey",
    "b249": "unnamedpersons",
    "b252": "languagecode",
    "b253": "languagerole",
    "b291": "publishingrole",
    "b306": "date",
    "b333": "productformdetail",
    "b385": "productcontenttype",
    "b394": "publishingstatus",
    "c094": "measurement",
    "c095": "measureunitcode",
    "d104": "text",
    "j137": "suppliername",
    "j151": "priceamount",
    "j152": "currencycode",
    "j192": "unpriceditemtype",
    "j261": "pricequalifier",
    "j292": "supplierrole",
    "j345": "supplieridtype",
    "j396": "productavailability",
    "j408": "marketdaterole",
    "m186": "defaultcurrencycode",
    "x307": "sentdatetime",
    "x310": "defaultpricetype",
    "x314": "productcomposition",
    "x315": "measuretype",
    "x329": "collectiontype",
    "x409": "titleelementlevel",
    "x410": "partnumber",
    "x416": "primarycontenttype",
    "x426": "texttype",
    "x435": "resourcelink",
    "x436": "resourcecontenttype",
    "x448": "publishingdaterole",
    "x449": "countriesincluded",
    "x450": "regionsincluded",
    "x451": "countriesexcluded",
    "x452": "regionsexcluded",
    "x462": "pricetype",
    "x470": "taxtype",
    "x471": "taxratecode",
    "x472": "taxratepercent",
    "x476": "pricedaterole",
    "x479": "collectionsequencetype",
    "x481": "collectionsequencenumber",
}


class _Names(dict[object, str]):
    """Remembers the one name of each tag met. What is not an element has the name ""."""

    def __missing__(self, tag: object) -> str:
        if not isinstance(tag, str):
            return ""
        local = tag.rpartition("}")[2]
        name = _SHORT.get(local, local.lower())
        if len(self) < 2_000:
            self[tag] = name
        return name


NAMES = _Names()


def children(element: Element) -> Iterator[tuple[str, Element]]:
    """Yield the name and the element of each child."""
    for child in element:
        yield NAMES[child.tag], child


def text_of(element: Element, wanted: str) -> str:
    """Return the text of the first child of a name, and read no further."""
    for child in element:
        if NAMES[child.tag] == wanted:
            return (child.text or "").strip()
    return ""


def values(element: Element) -> dict[str, str]:
    """Return the text of each child by its name; of children with one name, the first."""
    found: dict[str, str] = {}
    for child in element:
        name = NAMES[child.tag]
        if name not in found:
            text = child.text
            found[name] = text.strip() if text else ""
    return found
