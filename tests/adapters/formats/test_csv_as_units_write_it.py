# ruff: noqa: PT017 - any outcome of the family is right there
"""CSV with any separator, encoding and neighbourhood; every row taken or refused with its number."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.adapters.formats.sheets import HEADER, read, said, write

from openiru.adapters.formats._columns import FIELDS
from openiru.adapters.formats._draft import make_row
from openiru.adapters.formats.csv import CsvReader
from openiru.core.errors import InputError, UsageError
from openiru.ports.formats import Refused, Row

ROWS = "https://video.example/watch?v=1;1.10.2020 14:05;poziv, označen;šala\nhttps://video.example/watch?v=2;2.10.2020;žalba;\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250"])
def test_any_separator_in_any_encoding_gives_the_same_rows(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    text = f"{HEADER}\n{ROWS}".replace(", ", " ").replace(";", separator)
    rows, refused, notes = read(write(tmp_path, text, encoding=encoding), "csv")
    assert [row.number for row in rows] == [2, 3]
    assert rows[0].note == "šala"
    assert rows[0].seen_at == datetime(2020, 10, 1, 14, 5, tzinfo=UTC)
    assert not refused
    if not encoding.startswith("utf-8"):
        assert encoding[:5] in said(notes)


def test_the_choice_of_encoding_is_shown_and_can_be_overruled(tmp_path: Path) -> None:
    path = write(tmp_path, "Адреса;Разлог\nhttps://video.example/1;објава на српском\n", encoding="cp1251")
    assert "cp1251 (letter statistics" in CsvReader().understand(path).encoding
    rows, _, _ = read(path, "csv", encoding="cp1252", address="1", reason="2")
    assert rows[0].reason == "îá¼àâà íà ñðïñêîì"
    with pytest.raises(UsageError, match="no encoding"):
        read(path, "csv", encoding="cp9999")


@pytest.mark.parametrize(
    "header",
    [
        "URL;Date;Reason;Language",
        "Adresa;Data;Arsyeja;Gjuha",
        "Poveznica;Datum;Razlog;Jezik",
        "ADRESA ;datum prijave;obrazlozenje;jezik",
        "Адреса;Датум;Разлог;Језик",
        "Линк;Датум на пријава;Образложение;Јазик",
        "Spletni naslov;Datum in ura;Utemeljitev;Jezik",
        "Lien;Date et heure;Motif;Langue",
        "Webadresse;Gesehen am;Begründung;Sprache",
        "Link (url);Datum (UTC);Razlog:;Jezik.",
    ],
)
def test_columns_are_recognised_by_their_names(tmp_path: Path, header: str) -> None:
    path = write(tmp_path, f"{header}\nhttps://video.example/1;2020-10-01T10:00Z;zašto;sl\n")
    rows, _, _ = read(path, "csv")
    assert (rows[0].reason, rows[0].language) == ("zašto", "sl")
    assert rows[0].seen_at == datetime(2020, 10, 1, 10, tzinfo=UTC)


def test_a_mapping_overrules_names_by_name_letter_or_number(tmp_path: Path) -> None:
    path = write(tmp_path, "A1;URL;Moj stupac;X\nq;https://video.example/1;https://mirror.example/1;w\n")
    for wanted in ("Moj stupac", "moj STUPAC", "C", "3"):
        rows, _, _ = read(path, "csv", address=wanted, reason="X")
        assert (rows[0].address, rows[0].reason) == ("https://mirror.example/1", "w")
    with pytest.raises(InputError, match="no column"):
        read(path, "csv", address="Z")
    with pytest.raises(UsageError, match="no field"):
        read(path, "csv", adress="C")


def test_two_columns_of_one_name_are_a_clear_question(tmp_path: Path) -> None:
    path = write(tmp_path, "Link;Link;Razlog\nhttps://video.example/1;https://video.example/2;x\n")
    with pytest.raises(InputError, match="A and B") as caught:
        read(path, "csv")
    assert "--map address=A" in caught.value.hint
    rows, _, _ = read(path, "csv", address="B")
    assert rows[0].address == "https://video.example/2"


def test_of_two_columns_of_one_name_the_one_with_addresses_is_taken_and_said(tmp_path: Path) -> None:
    path = write(tmp_path, "Link;Link;Opis;Razlog\nda;https://video.example/2;b;a\n")
    rows, _, notes = read(path, "csv")
    assert rows[0].address == "https://video.example/2"
    assert rows[0].reason == "a"
    assert "Several columns could be “reason”" in said(notes)


def test_title_lines_empty_lines_and_notes_below_are_met_and_said(tmp_path: Path) -> None:
    text = (
        "Pregled za dan akcije;;;\n\nPripremila jedinica;;;\n"
        f"{HEADER}\n{ROWS}\n;;;\nbez adrese;1.1.2020;razlog;\nhttps://video.example/3;;;\n\nUkupno;3;;\nNapomena: sve je izmišljeno;;;\n"
    )
    rows, refused, notes = read(write(tmp_path, text), "csv")
    assert [row.number for row in rows] == [5, 6, 10]
    assert [(item.number, item.code) for item in refused] == [(9, "OIRU-4002")]
    assert "Lines 1, 3 above the header" in said(notes)
    assert "Lines 12 to 13 below the table" in said(notes)
    assert "empty lines were skipped" in said(notes)


def test_an_address_above_the_header_does_not_vanish(tmp_path: Path) -> None:
    rows, _, _ = read(write(tmp_path, "https://video.example/0\nURL\nhttps://video.example/1\n"), "csv")
    numbers = [row.number for row in rows]
    assert numbers == [1, 3]


def test_a_single_column_without_header_is_enough(tmp_path: Path) -> None:
    rows, refused, notes = read(
        write(tmp_path, "https://video.example/1\nt[.]me/izmisljen/2\nništa\n"), "csv"
    )
    assert [row.address for row in rows] == ["https://video.example/1", "t[.]me/izmisljen/2"]
    assert [item.number for item in refused] == [3]
    assert "There is no header" in said(notes)


def test_an_unknown_name_is_found_by_what_stands_below_it(tmp_path: Path) -> None:
    path = write(tmp_path, "Razlog;Gdje to stoji\nx;https://video.example/1\ny;https://video.example/2\n")
    rows, _, notes = read(path, "csv")
    assert len(rows) == 2
    assert "“Gdje to stoji” is taken" in said(notes)


def test_a_row_is_numbered_by_the_line_on_which_it_begins(tmp_path: Path) -> None:
    text = 'URL;Razlog\nhttps://video.example/1;"jedan\ndva\ntri"\nhttps://video.example/2;x\n'
    rows, _, _ = read(write(tmp_path, text), "csv")
    assert [row.number for row in rows] == [2, 5]
    assert rows[0].reason == "jedan\ndva\ntri"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_count_alike(tmp_path: Path, end: str) -> None:
    text = end.join([HEADER, *ROWS.splitlines(), ""])
    rows, _, _ = read(write(tmp_path, text), "csv")
    assert [row.number for row in rows] == [2, 3]


def test_several_addresses_in_a_cell_are_several_contributions_of_one_row(tmp_path: Path) -> None:
    text = 'URL;Razlog\n"https://a.example/1, https://b.example/2\nhxxp://c[.]example/3";x\nhttps://d.example/a,b;c\n'
    path = write(tmp_path, text)
    rows, refused, notes = read(path, "csv")
    assert [(row.number, row.address) for row in rows] == [
        (2, "https://a.example/1"),
        (2, "https://b.example/2"),
        (2, "hxxp://c[.]example/3"),
        (4, "https://d.example/a,b"),
    ]
    assert not refused
    assert "3 addresses" in said(notes)


def test_a_hyperlink_formula_gives_its_address_and_other_formulas_stay_text(tmp_path: Path) -> None:
    text = 'URL;Razlog\n"=HYPERLINK(""https://video.example/1"";""klik"")";=1+1\n@SUM(A1);x\n'
    rows, refused, notes = read(write(tmp_path, text), "csv")
    assert [(row.address, row.reason) for row in rows] == [("https://video.example/1", "=1+1")]
    assert [item.number for item in refused] == [3]
    assert "HYPERLINK" in said(notes)


def test_a_separator_inside_an_unquoted_cell_is_refused_and_not_cut(tmp_path: Path) -> None:
    rows, refused, _ = read(
        write(tmp_path, "URL;Razlog\nhttps://video.example/a;b;c\nhttps://video.example/2\n"), "csv"
    )
    assert [row.number for row in rows] == [3]
    assert (refused[0].number, refused[0].code) == (2, "OIRU-4004")


def test_an_unclosed_quotation_mark_costs_one_row_only(tmp_path: Path) -> None:
    more = "".join(f"https://video.example/{n};x\n" for n in range(6000))
    rows, refused, _ = read(write(tmp_path, f'URL;Razlog\nhttps://video.example/q;"open\n{more}'), "csv")
    assert [item.number for item in refused] == [2]
    assert "quotation mark" in refused[0].reason
    assert [row.number for row in rows] == list(range(3, 6003))


def test_a_cell_of_ten_megabytes_is_refused_and_the_next_row_read(tmp_path: Path) -> None:
    for cell in ("x" * 10_000_000, "x" * 200_000):
        rows, refused, _ = read(
            write(tmp_path, f"URL;Razlog\nhttps://a.example/1;{cell}\nhttps://a.example/2;y\n"), "csv"
        )
        assert [row.number for row in rows] == [3]
        assert [item.number for item in refused] == [2]


def test_an_address_of_a_hundred_kilobytes_is_refused_with_its_number(tmp_path: Path) -> None:
    rows, refused, _ = read(
        write(tmp_path, f"URL;R\nhttps://a.example/{'x' * 100_000};\nhttps://a.example/2;\n"), "csv"
    )
    assert [row.number for row in rows] == [3]
    assert (refused[0].number, refused[0].code, len(refused[0].excerpt) <= 80) == (2, "OIRU-4003", True)


def test_nuls_and_turned_writing_are_kept_from_harm(tmp_path: Path) -> None:
    text = (
        "URL;Razlog\nhttps://a.example/\0x;a\nhttps://a.example/2;b\0c\nhttps://a.example/\u202egpj.exe;d\n"
    )
    rows, refused, notes = read(write(tmp_path, text), "csv")
    assert [item.number for item in refused] == [2]
    assert "␀" in refused[0].excerpt
    assert rows[0].reason == "b␀c"
    assert "\u202e" in rows[1].address
    assert "turn the direction" in said(notes)


def test_broken_bytes_refuse_only_the_address_they_stand_in(tmp_path: Path) -> None:
    good = "".join(f"https://a.example/{n};čšž poročilo\n" for n in range(100))
    data = ("URL;Razlog\n" + good).encode() + b"https://a.example/\xe8;x\nhttps://a.example/y;\xe8\n"
    rows, refused, _ = read(write(tmp_path, data), "csv")
    assert [item.number for item in refused] == [102]
    assert rows[-1].reason == "�"


def test_dates_in_many_forms_and_unreadable_ones(tmp_path: Path) -> None:
    dates = [
        "2020-10-01",
        "1. 10. 2020.",
        "01/10/2020",
        "44105",
        "1 October 2020",
        "1. oktobar 2020.",
        "1 tetor 2020",
        "1. октомври 2020",
    ]
    text = "URL;Datum\n" + "".join(f"https://a.example/{n};{date}\n" for n, date in enumerate(dates))
    rows, refused, notes = read(write(tmp_path, text + "https://a.example/z;sutra\n"), "csv")
    assert {row.seen_at for row in rows[:-1]} == {datetime(2020, 10, 1, tzinfo=UTC)}
    assert rows[-1].seen_at is None
    assert not refused
    assert "European order" in said(notes)
    assert "“sutra”" in said(notes)


def test_american_dates_are_seen_by_a_day_above_twelve(tmp_path: Path) -> None:
    rows, _, notes = read(
        write(tmp_path, "URL;Date\nhttps://a.example/1;3/4/2020\nhttps://a.example/2;3/14/2020\n"), "csv"
    )
    assert rows[0].seen_at == datetime(2020, 3, 4, tzinfo=UTC)
    assert "European" not in said(notes)


def test_local_times_are_read_in_the_zone_that_is_said(tmp_path: Path) -> None:
    path = write(tmp_path, "URL;Datum\nhttps://a.example/1;1.7.2020 12:00\n")
    rows, _, notes = read(path, "csv", zone="Europe/Ljubljana")
    assert rows[0].seen_at == datetime(2020, 7, 1, 10, tzinfo=UTC)
    assert rows[0].seen_zone == "Europe/Ljubljana"
    assert "zone" not in said(notes)
    with pytest.raises(UsageError, match="time zone"):
        read(path, "csv", zone="Mars/Olympus")


def test_a_million_empty_rows_cost_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, f"{HEADER}\n" + ";;;\n" * 200_000 + "https://a.example/1;;;\n" + "\n" * 200_000)
    rows, refused, notes = read(path, "csv")
    assert [row.number for row in rows] == [200_002]
    assert not refused
    assert "400,000 empty lines" in said(notes)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        (b"\xef\xbb\xbf  <table><tr><td>URL</td></tr></table>", "web page"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 70000 + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
        ),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04", "ZIP"),
        (b"", "empty"),
        (b"\r\n;;\r\n", "empty"),
        (b"prose without any address\nand more of it\n", "No row holds an address"),
    ],
)
def test_what_is_no_csv_says_what_it_is(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read(write(tmp_path, data), "csv")
    assert caught.value.hint or words == "empty"


def test_a_declared_separator_is_honoured(tmp_path: Path) -> None:
    rows, _, notes = read(write(tmp_path, "sep=|\nURL|Razlog\nhttps://a.example/1|a;b\n"), "csv")
    assert (rows[0].number, rows[0].reason) == (3, "a;b")
    assert "declares the separator" in said(notes)


def test_the_fast_row_is_the_row(tmp_path: Path) -> None:
    values: list[object] = [f"value of {name}" for name in FIELDS]
    assert make_row(7, values) == Row(7, *values)  # type: ignore[arg-type]  # any value will do
    with pytest.raises(AttributeError):
        make_row(7, values).address = "x"  # type: ignore[misc]  # frozen, that is the point


@given(st.binary(max_size=4000))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_rows_refusals_or_a_clear_error(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path, b"URL;Razlog\nhttps://a.example/1;x\n" + data)
    try:
        rows, refused, _ = read(path, "csv")
    except InputError as error:
        assert error.message
    else:
        assert rows or refused
        assert [item.number for item in rows] == sorted(item.number for item in rows)


_CELL = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(st.integers(0, 999), _CELL), max_size=30))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_spreadsheet_quotes_comes_back_as_it_was(tmp_path: Path, table: list[tuple[int, str]]) -> None:
    quoted = "".join(f'https://a.example/{n};"{cell.replace(chr(34), chr(34) * 2)}"\n' for n, cell in table)
    path = write(tmp_path, f"URL;Razlog\nhttps://a.example/first;x\n{quoted}")
    rows, refused, _ = read(path, "csv", encoding="utf-8")
    assert [row.reason for row in rows[1:]] == [cell.strip() for _, cell in table]
    assert not [item for item in refused if isinstance(item, Refused)]
