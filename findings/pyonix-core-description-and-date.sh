#!/bin/sh
# pyonix-core 0.2.1: no book has a description or a date of publication, its price is the first
# in the file, and of its contributors only those with one kind of name are there.
#
# All of it is in the parsed record. The facade that the README tells users to take compares members of
# an enumeration with plain texts ("03", "01", "EUR"), which are never equal, and gives an empty text or
# None. `price_amount` is the first price of any type, with or without tax (code list 58): in France 7.96
# for a book whose fixed price is 8.40. A name in its parts (ONIX 3.0, P.7: KeyNames) is left out, so
# a translator is lost. onixcheck 0.9.12 finds no fault in the file.
#
# Seen: faults 0; description A good book., facade ''; date 20260101, facade None; prices 7.96 8.40,
# facade 7.96, in EUR None; contributors 2, facade 1.
# Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyonix-core==0.2.1 onixcheck==0.9.12 lxml==6.1.3
cat > "$folder/book.xml" <<'XML'
<ONIXMessage release="3.0" xmlns="http://ns.editeur.org/onix/3.0/reference">
<Header><Sender><SenderName>A</SenderName></Sender><SentDateTime>20261129</SentDateTime></Header><Product>
<RecordReference>a</RecordReference><NotificationType>03</NotificationType><ProductIdentifier>
<ProductIDType>15</ProductIDType><IDValue>9782070360024</IDValue></ProductIdentifier>
<DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>
<TitleText>Un livre</TitleText></TitleElement></TitleDetail>
<Contributor><ContributorRole>A01</ContributorRole><PersonName>An Author</PersonName></Contributor>
<Contributor><ContributorRole>B06</ContributorRole><KeyNames>Translator</KeyNames></Contributor>
</DescriptiveDetail><CollateralDetail><TextContent><TextType>03</TextType>
<ContentAudience>00</ContentAudience><Text>A good book.</Text></TextContent></CollateralDetail>
<PublishingDetail><Publisher><PublishingRole>01</PublishingRole><PublisherName>A</PublisherName>
</Publisher><PublishingDate><PublishingDateRole>01</PublishingDateRole><Date>20260101</Date>
</PublishingDate></PublishingDetail><ProductSupply><SupplyDetail><Supplier><SupplierRole>01</SupplierRole>
<SupplierName>S</SupplierName></Supplier><ProductAvailability>21</ProductAvailability>
<Price><PriceType>01</PriceType><PriceAmount>7.96</PriceAmount><CurrencyCode>EUR</CurrencyCode></Price>
<Price><PriceType>04</PriceType><PriceAmount>8.40</PriceAmount><CurrencyCode>EUR</CurrencyCode></Price>
</SupplyDetail></ProductSupply></Product></ONIXMessage>
XML
"$folder/venv/bin/python" - "$folder/book.xml" <<'PYTHON'
import sys

import onixcheck
from pyonix_core.facade.product import ProductFacade
from pyonix_core.parsing.parser import parse_onix_stream

faults, record = onixcheck.validate(sys.argv[1]), next(parse_onix_stream(sys.argv[1]))
book = ProductFacade(record)
text = record.collateral_detail.text_content[0].text[0].content
date = record.publishing_detail.publishing_date[0].date.value
prices = [price.price_amount.value for price in record.product_supply[0].supply_detail[0].price]
names = len(record.descriptive_detail.contributor), len(book.contributors)
print(
    f"faults {len(faults)}; description {text}, facade {book.description_html!r}; date {date}, facade"
    f" {book.get_publication_date()}; prices {' '.join(map(str, prices))}, facade {book.price_amount},"
    f" in EUR {book.get_price('EUR')}; contributors {names[0]}, facade {names[1]}."
)
assert faults == [] and text == ["A good book."] and date == "20260101"
assert (book.description_html, book.get_publication_date()) == ("", None)
assert (book.price_amount, book.get_price("EUR"), *names) == (7.96, None, 2, 1)
PYTHON
