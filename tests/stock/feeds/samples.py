"""One good file of each format; every kind of bad input is made from it.

Each tells of three copies of one book and one of another, or of as many used records.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO

from comptoir.stock.formats import FORMATS
from comptoir.stock.formats.lines import NOTHING_KNOWN, Known, Line, StockBlock, StockLine
from tests.stock.feeds.spreadsheets import spreadsheetml, web_page, xlsx

BOOK, OTHER = "9782070612369", "9782911753022"

ASC = f"""\
EXTRACTION STOCK DU 15/10/2026\r
1234{BOOK}00030000000840\r
1234{OTHER}00010000000630\r
""".encode()

ABELUJO = f"{BOOK};3\n{OTHER};1\n".encode()

CSV = f"ean;quantity;price\n{BOOK};3;8,40\n{OTHER};1;6,30\n".encode()

DISCOGS = b"""\
listing_id,artist,title,label,catno,format,release_id,status,price,listed,comments,\
media_condition,sleeve_condition,accept_offer,external_id,weight,format_quantity,location,\
quantity\r
4711,Les Vagues,Mar\xc3\xa9e Basse,Clain,CL 02,"LP, Album",815,For Sale,12.5,2026-08-25 07:04:22,\
Signed,Very Good Plus (VG+),Generic,N,B-7,100,1,,3\r
4712,Les Vagues,Mar\xc3\xa9e Haute,Clain,CL 03,"LP, Album",816,For Sale,9.0,2026-08-25 07:04:22,\
,Mint (M),Mint (M),N,,100,1,,1\r
"""

GOOGLE = f"""\
store code\tid\tquantity\tprice\tavailability
PILORI\t{BOOK}\t3\t8.40 EUR\tin_stock
PILORI\t{OTHER}\t1\t6.30 EUR\tin_stock
""".encode()

GOOGLE_XML = f"""\
<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>
<item><g:store_code>PILORI</g:store_code><g:id>{BOOK}</g:id><g:quantity>3</g:quantity>
<g:price>8.40 EUR</g:price><g:availability>in_stock</g:availability></item>
<item><g:store_code>PILORI</g:store_code><g:id>{OTHER}</g:id><g:quantity>1</g:quantity>
<g:price>6.30 EUR</g:price><g:availability>in_stock</g:availability></item>
</channel></rss>
""".encode()

SHOPIFY = f"""\
Handle,Title,Option1 Name,Option1 Value,SKU,HS Code,COO,Location,Bin name,\
Incoming (not editable),Unavailable (not editable),Committed (not editable),\
Available (not editable),On hand (current),On hand (new)
petit-prince,Le Petit Prince,Title,Default Title,{BOOK},,,Pilori,,0,0,1,2,3,
autre,"Autre, et suite",Title,Default Title,{OTHER},,,Pilori,,0,0,0,1,1,
""".encode()

WOOCOMMERCE = f"""\
ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,Published,"In stock?",Stock,"Regular price"
1,simple,PP-1,{BOOK},"Le Petit Prince",1,1,3,8.40
2,simple,AU-1,{OTHER},"Autre, et suite",1,1,1,6.30
""".encode()

EANCOM = f"""\
UNA:+.? '
UNB+UNOC:3+3012345600015:14+3098765400018:14+261015:1402+REF1'
UNH+1+INVRPT:D:96A:UN:EAN004'
BGM+35+INV1+9'
DTM+137:20261015:102'
DTM+366:202610151402:203'
NAD+WH+3012345600015::9'
LIN+1++{BOOK}:EN'
QTY+145:3'
PRI+AAA:8.40'
LIN+2++{OTHER}:EN'
QTY+145:1'
PRI+AAA:6.30'
UNT+12+1'
UNZ+1+REF1'
""".encode()

EANCOM_SALES = f"""\
UNB+UNOC:3+3012345600015:14+3098765400018:14+261015:1930+REF2'\
UNH+1+SLSRPT:D:96A:UN:EAN004'BGM+73E+S1+9'DTM+137:202610151930:203'LOC+162+3012345600015::9'\
LIN+1++{BOOK}:EN'QTY+153:3'LIN+2++{OTHER}:EN'QTY+153:1'UNT+9+1'UNZ+1+REF2'""".encode()

TABLE = f"""\
Titre;Gencod;Prix de vente;Qté
Le Petit Prince;{BOOK};8,40;3
Autre;{OTHER};6,30;1
""".encode()

TABLE_XLSX = xlsx(["Gencod", "Qté", "Prix"], [int(BOOK), 3, 8.4], [int(OTHER), 1, 6.3])

_ROWS = (["Gencod", "Qté"], [BOOK, "3"], [OTHER, "1"])
TABLE_PAGE = web_page(*_ROWS)
TABLE_XML = spreadsheetml({"S": _ROWS})

SAMPLES: dict[str, bytes] = {
    "asc": ASC,
    "abelujo": ABELUJO,
    "csv": CSV,
    "discogs": DISCOGS,
    "eancom": EANCOM,
    "google": GOOGLE,
    "shopify": SHOPIFY,
    "woocommerce": WOOCOMMERCE,
    "table": TABLE,
}
TEXTS: list[tuple[str, bytes]] = [
    *SAMPLES.items(),
    ("google", GOOGLE_XML),
    ("eancom", EANCOM_SALES),
]
SHEETS = [("table", content) for content in (TABLE_XLSX, TABLE_PAGE, TABLE_XML)]
VARIANTS = [*TEXTS, *SHEETS]


def read_all(code: str, content: bytes, known: Known = NOTHING_KNOWN) -> list[Line]:
    """Return all that a file says, those of blocks one by one."""
    read = FORMATS[code].read
    assert read is not None
    return singly(read(BytesIO(content), known).lines)


def singly(lines: Iterable[Line | StockBlock]) -> list[Line]:
    """Return lines one by one, those of blocks too."""
    return [
        each
        for line in lines
        for each in (_of_block(line) if isinstance(line, StockBlock) else [line])
    ]


def _of_block(block: StockBlock) -> Iterator[StockLine]:
    for place, row in enumerate(block.rows.decode("ascii").splitlines()):
        _, ean, quantity, price, condition = row.split("\t")
        yield StockLine(block.first + place, ean, int(quantity), int(price), condition)
