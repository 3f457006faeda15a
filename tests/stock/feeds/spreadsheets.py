"""Small spreadsheets, written as spreadsheet programs write them."""

import io
import zipfile
from collections.abc import Sequence

_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels"
 ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
</Types>"""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{office}/{kind}" Target="{target}"/></Relationships>"""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOOK = f"""<?xml version="1.0" encoding="UTF-8"?>
<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>
<sheet name="Stock" sheetId="1" r:id="rId1"/></sheets></workbook>"""
_ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="Stock">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""


def xlsx(*rows: list, cells: str = "") -> bytes:
    """Return a spreadsheet of numbers and texts; `cells` is more of the sheet's own XML."""
    return _archive(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELATIONS.format(
                office=_OFFICE, kind="officeDocument", target="xl/workbook.xml"
            ),
            "xl/workbook.xml": _BOOK,
            "xl/_rels/workbook.xml.rels": _RELATIONS.format(
                office=_OFFICE, kind="worksheet", target="worksheets/sheet1.xml"
            ),
            "xl/worksheets/sheet1.xml": _sheet(rows, cells),
        }
    )


def workbook(sheets: dict[str, Sequence[list]], hidden: str = "") -> bytes:
    """Return a spreadsheet of several sheets of texts; one of them may be hidden."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"'
        + (' state="hidden"/>' if name == hidden else "/>")
        for number, name in enumerate(names, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet"'
        f' Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(names) + 1)
    )
    files = {
        f"xl/worksheets/sheet{number}.xml": _sheet(sheets[name])
        for number, name in enumerate(names, 1)
    }
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
    head = _RELATIONS.partition("<Relationship Id")[0]
    return _archive(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELATIONS.format(
                office=_OFFICE, kind="officeDocument", target="xl/workbook.xml"
            ),
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": f"{head}{related}</Relationships>",
        }
        | files
    )


def document() -> bytes:
    """Return what a word processor writes: an archive without a sheet."""
    return _archive({"[Content_Types].xml": _TYPES, "word/document.xml": "<document/>"})


def web_page(*rows: list[str]) -> bytes:
    """Return a table as programs write it that call a web page `.xls`."""
    written = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<html><body><table border=1>{written}</table></body></html>".encode()


def spreadsheetml(sheets: dict[str, Sequence[list[str]]], cells: str = "") -> bytes:
    """Return a workbook as Excel 2003 writes it in XML; `cells` is more of the last sheet's."""
    written = "".join(
        f'<Worksheet ss:Name="{name}"><Table>{"".join(map(_xml_row, rows))}{{cells}}</Table>'
        "</Worksheet>"
        for name, rows in sheets.items()
    )
    *before, last = written.split("{cells}")
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        '<?mso-application progid="Excel.Sheet"?>\n'
        f'<Workbook xmlns="{space}" xmlns:ss="{space}">{"".join(before)}{cells}{last}</Workbook>'
    ).encode()


def _xml_row(row: list[str]) -> str:
    cells = (f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row)
    return f"<Row>{''.join(cells)}</Row>"


def ods(*rows: list) -> bytes:
    """Return an OpenDocument spreadsheet of texts."""
    written = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    return _archive(
        {
            "mimetype": kind,
            "content.xml": _ODS.format(rows=written),
            "META-INF/manifest.xml": manifest,
        }
    )


def bomb(size: int = 500_000_000) -> bytes:
    """Return a small archive that unpacks to so many bytes."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/workbook.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(size // 1_000_000):
            member.write(bytes(1_000_000))
    return target.getvalue()


def _sheet(rows: Sequence[list], cells: str = "") -> str:
    written = "".join(
        f'<row r="{line}">{"".join(map(_cell, row, _letters(line)))}</row>'
        for line, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{written}{cells}</sheetData></worksheet>'


def _cell(value: object, place: str) -> str:
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def _letters(line: int) -> list[str]:
    return [f"{letter}{line}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]


def _archive(files: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()
