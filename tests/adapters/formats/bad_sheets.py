"""The catalogue of bad sheets: invented, seeded, each with what must come of it.

A case is a name, the bytes, the format and a verdict: ``error`` (a clear error of the family), or the numbers of
the rows that must be taken and of those that must be refused.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.adapters.formats.sheets import sheet_xml, workbook, zipped


@dataclass(frozen=True)
class Case:
    """``taken`` and ``refused`` are line numbers; None means that a clear error is the right answer."""

    name: str
    data: bytes
    taken: tuple[int, ...] | None
    refused: tuple[int, ...] = ()
    form: str = "csv"


def _u(number: int) -> str:
    return f"https://a.example/{number}"


def _csv(*rows: str, header: str = "URL;Razlog", encoding: str = "utf-8", end: str = "\n") -> bytes:
    return end.join([header, *rows, ""]).encode(encoding, "surrogatepass")


def encodings() -> Iterator[Case]:
    """16 encodings and the lack of any."""
    words = {
        "cp1250": "označeno, čakanje, žalba, još",
        "cp1251": "објава на српском језику",
        "cp1252": "përmbajtje shumë e rëndë, déjà très",
    }
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", *words):
        text = words.get(encoding, "označeno; објава; محتوى").replace(";", ",")
        for end in ("\n", "\r\n"):
            rows = (f"{_u(1)};{text}", f"{_u(2)};{text}", f"nije;{text}", f"{_u(4)};{text}")
            yield Case(f"{encoding} {end!r}", _csv(*rows, encoding=encoding, end=end), (2, 3, 5), (4,))
    good = _csv(*(f"{_u(n)};čšž poročilo" for n in range(40)))
    yield Case("one broken byte in a reason", good + f"{_u(41)};".encode() + b"\xe8\n", tuple(range(2, 43)))
    yield Case(
        "one broken byte in an address", good + b"https://a.example/\xe8;x\n", tuple(range(2, 42)), (42,)
    )
    yield Case("half a letter at the end", good + f"{_u(41)};".encode() + b"\xc4", tuple(range(2, 43)))
    yield Case("two marks", b"\xef\xbb\xbf\xef\xbb\xbf" + _csv(_u(1) + ";x"), (2,))


def disguises() -> Iterator[Case]:
    """Files that are something else, whatever their name says."""
    for name, data in {
        "html": b"<!DOCTYPE html><html><body><a href='https://a.example/1'>x</a></body></html>",
        "html table": b"<table border=1><tr><td>URL</td></tr></table>",
        "html with bom": b"\xef\xbb\xbf<html></html>",
        "xhtml": b'<?xml version="1.0"?><!DOCTYPE html><html></html>',
        "pdf": b"%PDF-1.4\n",
        "gzip": b"\x1f\x8b\x08\x00",
        "png": b"\x89PNG\r\n\x1a\n",
        "jpeg": b"\xff\xd8\xff\xe0",
        "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,
        "encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "xml spreadsheet": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "zip": zipped({"a.csv": b"URL\n"}),
        "rtf": b"{\\rtf1 https://a.example/1}",
        "7z": b"7z\xbc\xaf\x27\x1c",
        "empty": b"",
        "blank": b"\n\n;;;\n\r\n",
        "nuls": b"\0" * 5000,
        "header only with no address column": b"a;b;c\n1;2;3\n",
    }.items():
        yield Case(f"csv that is {name}", data, None)


def fields() -> Iterator[Case]:
    """Cells and rows that are too long, too many, too strange."""
    yield Case("10 MB field", _csv(f"{_u(1)};{'x' * 10_000_000}", f"{_u(2)};y"), (3,), (2,))
    yield Case("10 MB quoted field", _csv(f'{_u(1)};"{"x" * 10_000_000}"', f"{_u(2)};y"), (3,), (2,))
    yield Case("200 kB field", _csv(f"{_u(1)};{'x' * 200_000}", f"{_u(2)};y"), (3,), (2,))
    yield Case("100 kB address", _csv(f"https://a.example/{'x' * 100_000};", f"{_u(2)};y"), (3,), (2,))
    yield Case("NUL in an address", _csv("https://a.example/\0;x", f"{_u(2)};y"), (3,), (2,))
    yield Case("NUL in a reason", _csv(f"{_u(1)};a\0b", f"{_u(2)};y"), (2, 3))
    yield Case("turned writing", _csv(f"{_u(1)}\u202egpj;x", f"{_u(2)};\u202e"), (2, 3))
    yield Case("zero width", _csv("https://a\u200b.example/1;x", f"{_u(2)};y"), (2, 3))
    yield Case("no address", _csv(";x", f"{_u(2)};y", "to ni naslov;x", f"{_u(4)};"), (3, 5), (2, 4))
    yield Case("too many cells", _csv(f"{_u(1)};a;b", f"{_u(2)};y"), (3,), (2,))
    yield Case("too few cells", _csv(_u(1), f"{_u(2)};y"), (2, 3))
    yield Case("a thousand cells", _csv(f"{_u(1)};a;" + "b;" * 1000, f"{_u(2)};y"), (3,), (2,))
    yield Case("stray quote", _csv(f'{_u(1)};a "b" c', f"{_u(2)};y"), (2, 3))
    yield Case("quote that does not end", _csv(f'{_u(1)};"a', f"{_u(2)};y"), (2,))
    more = [f"{_u(n)};x" for n in range(6000)]
    yield Case(
        "quote that does not end in a long file",
        _csv('https://a.example/q;"a', *more),
        tuple(range(3, 6003)),
        (2,),
    )
    yield Case("mixed line ends", b"URL;R\r\nhttps://a.example/1;x\nhttps://a.example/2;x\r\n", (2, 3))
    yield Case("old Macintosh", _csv(f"{_u(1)};x", f"{_u(2)};x", end="\r"), (2, 3))
    yield Case("hyperlink formula", _csv(f'"=HYPERLINK(""{_u(1)}"";""x"")";y'), (2,))
    yield Case("command formula", _csv("=cmd|'/c calc'!A1;y", f"{_u(2)};=1+1"), (3,), (2,))
    yield Case("mail address", _csv("osoba@unit.example;y", f"{_u(2)};x"), (3,), (2,))
    yield Case("file name", _csv("film.mp4;y", f"{_u(2)};x"), (3,), (2,))
    yield Case("future date", _csv(f"{_u(1)};1.1.2999", header="URL;Datum"), (2,))
    yield Case("no such date", _csv(f"{_u(1)};31.2.2020", header="URL;Datum"), (2,))
    yield Case("date of a thousand digits", _csv(f"{_u(1)};{'9' * 1000}", header="URL;Datum"), (2,))
    yield Case("year 10000", _csv(f"{_u(1)};10000-01-01", header="URL;Datum"), (2,))
    yield Case("two columns of one name", _csv(f"{_u(1)};{_u(2)}", header="URL;URL"), None)
    yield Case("many broken quotes", _csv(*[f'{_u(n)};"' + "x" * 140_000 for n in range(120)]), None)
    yield Case(
        "a million empty rows", b"URL;R\n" + b";\n" * 1_000_000 + b"https://a.example/1;x\n", (1_000_002,)
    )
    yield Case(
        "half a million blank lines first", b"\n" * 500_000 + b"URL;R\nhttps://a.example/1;x\n", (500_002,)
    )


GOOD_SHEET = sheet_xml([["URL", "Razlog"], [_u(1), "x"], ["nije", "x"], [_u(3), "y"]])


def workbooks() -> Iterator[Case]:
    """Spreadsheets made to hurt."""
    yield Case("xlsx good", workbook(GOOD_SHEET), (2, 4), (3,), "xlsx")
    yield from entities()
    yield from bombs()
    yield from parcels()


def entities() -> Iterator[Case]:
    """XML that grows or reaches outside when it is read."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    for name, before in {
        "billion laughs": f"<!DOCTYPE x [{laughs}]>",
        "quadratic blow-up": f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]>',
        "file entity": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        "network entity": '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1/">]>',
        "parameter entity": '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1/"> %a;]>',
        "external dtd": '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
    }.items():
        yield Case(f"xlsx {name}", workbook(sheet_xml([["URL"], ["&l9;"]], before)), None, (), "xlsx")


def bombs() -> Iterator[Case]:
    """Little that becomes much."""
    good = GOOD_SHEET
    yield Case("xlsx bomb in a medium", workbook(good, {"xl/media/a": b"\0" * (64 << 20)}), None, (), "xlsx")
    yield Case(
        "xlsx bomb of spaces",
        workbook(good.replace(b"<sheetData>", b"<sheetData>" + b" " * (80 << 20))),
        None,
        (),
        "xlsx",
    )
    strings = b"<sst>" + b"<si><t>" + b"x" * (48 << 20) + b"</t></si></sst>"
    yield Case(
        "xlsx bomb of shared strings", workbook(good, {"xl/sharedStrings.xml": strings}), None, (), "xlsx"
    )
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    yield Case("xlsx last corner", workbook(good.replace(b"</sheetData>", corner)), None, (), "xlsx")
    empty = "".join(f'<row r="{n}"/>' for n in range(5, 1_000_000)).encode() + b"</sheetData>"
    yield Case(
        "xlsx a million empty rows", workbook(good.replace(b"</sheetData>", empty)), (2, 4), (3,), "xlsx"
    )


def parcels() -> Iterator[Case]:
    """Archives that hold what a sheet does not need, or not all that it needs."""
    good = GOOD_SHEET
    yield Case("xlsx with macros", workbook(good, {"xl/vbaProject.bin": b"x"}), (2, 4), (3,), "xlsx")
    yield Case(
        "xlsx with links outwards",
        workbook(good, {"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        (2, 4),
        (3,),
        "xlsx",
    )
    yield Case(
        "xlsx with strange names",
        workbook(good, {"../../etc/x": b"x", "/abs": b"y", "C:\\z": b"z"}),
        (2, 4),
        (3,),
        "xlsx",
    )
    yield Case("xlsx in itself", workbook(good, {"xl/media/a.xlsx": workbook(good)}), (2, 4), (3,), "xlsx")
    yield Case("xlsx without a sheet", workbook(b""), None, (), "xlsx")
    for cut in (10, 100, 300, 600):
        yield Case(f"xlsx cut by {cut}", workbook(good)[:-cut], None, (), "xlsx")


def noise(seed: int, count: int) -> Iterator[Case]:
    """A good sheet with bytes changed at random: any outcome of the family will do (``taken`` is empty)."""
    dice = random.Random(seed)  # noqa: S311 - a seeded catalogue, no secret
    for number in range(count):
        data = bytearray(_csv(*(f'{_u(n)};"{n}; označeno"' for n in range(30))))
        for _ in range(dice.randint(1, 40)):
            data[dice.randrange(len(data))] = dice.choice(b'\0\r\n";,\t\xff\xe8\x80=<')
        yield Case(f"noise {number}", bytes(data), ())


def catalogue(noisy: int = 60) -> list[Case]:
    """All of them, in their order."""
    return [*encodings(), *disguises(), *fields(), *workbooks(), *noise(20201119, noisy)]
