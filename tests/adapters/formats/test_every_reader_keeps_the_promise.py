"""Every built-in reader is held to the port's own test class."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

from tests.adapters.formats.sheets import sheet_xml, workbook, write

from openiru.adapters.formats.auto_archiver import AutoArchiverReader
from openiru.adapters.formats.csv import CsvReader
from openiru.adapters.formats.fourcat import FourCatLinesReader, FourCatReader
from openiru.adapters.formats.json import JsonLinesReader, JsonReader
from openiru.adapters.formats.tcap import TcapReader
from openiru.adapters.formats.telegram import TelegramReader
from openiru.adapters.formats.text import TextReader
from openiru.adapters.formats.xlsx import XlsxReader
from openiru.ports.formats import FormatReader
from openiru.ports.testkit.formats import FormatReaderContract

ONE, TWO = "https://video.example/watch?v=1", "https://video.example/watch?v=2"


class TestCsv(FormatReaderContract):
    def make_reader(self) -> FormatReader:
        return CsvReader()

    def good_file(self, folder: Path) -> Path:
        return write(folder, f"URL;Datum;Razlog\n{ONE};1.10.2020;poziv\n{TWO};2.10.2020;poziv\n")

    def bad_rows_file(self, folder: Path) -> Path | None:
        return write(folder, f"URL;Datum;Razlog\nnije adresa;1.10.2020;\x1b\u202e\n{TWO};2.10.2020;poziv\n")


class TestXlsx(FormatReaderContract):
    def make_reader(self) -> FormatReader:
        return XlsxReader()

    def good_file(self, folder: Path) -> Path:
        return write(folder, workbook(sheet_xml([["URL", "Datum"], [ONE, "1.10.2020"], [TWO, ""]])), "s.xlsx")

    def bad_rows_file(self, folder: Path) -> Path | None:
        return write(
            folder, workbook(sheet_xml([["URL", "Datum"], ["ništa", "1.10.2020"], [TWO, ""]])), "s.xlsx"
        )


class TestJson(FormatReaderContract):
    def make_reader(self) -> FormatReader:
        return JsonReader()

    def good_file(self, folder: Path) -> Path:
        return write(folder, json.dumps([{"url": ONE, "date": "2020-10-01"}, TWO]), "a.json")

    def bad_rows_file(self, folder: Path) -> Path | None:
        return write(folder, json.dumps([{"url": "x"}, 7, {"url": TWO}]), "a.json")


class TestJsonLines(FormatReaderContract):
    def make_reader(self) -> FormatReader:
        return JsonLinesReader()

    def good_file(self, folder: Path) -> Path:
        return write(folder, f'{{"url":"{ONE}"}}\n{{"url":"{TWO}"}}\n', "a.jsonl")

    def bad_rows_file(self, folder: Path) -> Path | None:
        return write(folder, f'{{"url":"{ONE}"}}\n{{"url":\n\n{{"url":"{TWO}"}}\n', "a.jsonl")


class TestText(FormatReaderContract):
    def make_reader(self) -> FormatReader:
        return TextReader()

    def good_file(self, folder: Path) -> Path:
        return write(folder, f"Please look at hxxps://video[.]example/watch?v=1\nand {TWO}\n", "a.txt")


class TestTelegram(FormatReaderContract):
    def make_reader(self) -> FormatReader:
        return TelegramReader()

    def _export(self, *messages: object) -> str:
        return json.dumps({"name": "x", "type": "public_channel", "id": 1234567890, "messages": messages})

    def good_file(self, folder: Path) -> Path:
        return write(
            folder,
            self._export(
                {"id": 1, "type": "message", "date": "2020-10-01T10:00:00", "text": "a"},
                {"id": 2, "type": "message", "date": "2020-10-01T10:00:00", "text": ["b"]},
            ),
            "result.json",
        )

    def bad_rows_file(self, folder: Path) -> Path | None:
        return write(folder, self._export("x", {"id": 2, "type": "message", "text": "b"}), "result.json")


class Test4Cat(FormatReaderContract):
    HEAD = "id,thread_id,chat,body,timestamp,unix_timestamp\n"

    def make_reader(self) -> FormatReader:
        return FourCatReader()

    def good_file(self, folder: Path) -> Path:
        return write(
            folder,
            self.HEAD
            + "izmisljen-1,c,izmisljen,a,2020-10-01 10:00:00,1601546400\nizmisljen-2,c,izmisljen,b,,\n",
        )

    def bad_rows_file(self, folder: Path) -> Path | None:
        return write(folder, self.HEAD + "one,c,izmisljen,a,,\nizmisljen-2,c,izmisljen,b,,\n")


class Test4CatLines(FormatReaderContract):
    def make_reader(self) -> FormatReader:
        return FourCatLinesReader()

    def good_file(self, folder: Path) -> Path:
        lines = [
            {
                "id": f"izmisljen-{n}",
                "thread_id": "c",
                "chat": "izmisljen",
                "body": "a",
                "unix_timestamp": 1601546400,
            }
            for n in (1, 2)
        ]
        return write(folder, "\n".join(map(json.dumps, lines)), "a.ndjson")

    def bad_rows_file(self, folder: Path) -> Path | None:
        return write(folder, '[1]\n{"id":"x"}\n{"id":3,"_chat":{"username":"izmisljen"}}\n', "a.ndjson")


class TestTcap(FormatReaderContract):
    HEAD = "ID,Description,URL,Domain,Created On,Content Data Type,Extreme Content,Pi I,Protocol\n"

    def make_reader(self) -> FormatReader:
        return TcapReader()

    def good_file(self, folder: Path) -> Path:
        rows = "1,a,video.example/1,video.example,12/21/22 16:41:59,URL,NO,NTS,https://\n"
        return write(folder, self.HEAD + rows + rows.replace("/1", "/2"))

    def bad_rows_file(self, folder: Path) -> Path | None:
        return write(folder, self.HEAD + "1,a,,,,,,,\n2,b,video.example/2,,,,,,https://\n")


class TestAutoArchiver(FormatReaderContract):
    HEAD: ClassVar[str] = "Link,Archive status,Archive date,Archive location,Hash\n"

    def make_reader(self) -> FormatReader:
        return AutoArchiverReader()

    def good_file(self, folder: Path) -> Path:
        return write(
            folder,
            self.HEAD + f"{ONE},success,2020-10-01T10:00:00+00:00,x,SHA-256:{'0' * 64}\n{TWO},failed,,,\n",
        )
