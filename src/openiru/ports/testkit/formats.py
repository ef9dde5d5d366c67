# ruff: noqa: S101, PT017 - a test class that ships in the wheel, and so without pytest
"""What every reader of contributions must hold: inherit, say which reader and which file, and run it.

Shipped in the wheel, so that a stranger's reader is held to the same promises; plain asserts, no pytest.

    class TestMyReader(FormatReaderContract):
        def make_reader(self): return MyReader()
        def good_file(self, folder): ...; return path
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from openiru.core.errors import OpenIruError
from openiru.ports.formats import FormatReader, Note, Refused, Row, Understanding

_HEAD = 1 << 16
_EXCERPT = 80
_FIRST_ROW_BYTES = 64 << 20


class FormatReaderContract:
    """Inherit and give a reader and a good file; ``bad_rows_file`` and ``mapping`` if there is something to give."""

    mapping: dict[str, str] | None = None

    def make_reader(self) -> FormatReader:
        """A new reader, as its entry point makes it: without arguments."""
        raise NotImplementedError

    def good_file(self, folder: Path) -> Path:
        """A file of the format with at least two rows, written into ``folder``."""
        raise NotImplementedError

    def bad_rows_file(self, folder: Path) -> Path | None:
        """The same with at least one row that cannot be taken, and one after it that can."""
        del folder
        return None

    def _all(self, path: Path) -> list[Row | Refused | Note]:
        return list(self.make_reader().read(path, mapping=self.mapping))

    def test_it_has_a_name_and_a_title(self) -> None:
        """Both stand in menus and in the ledger."""
        reader = self.make_reader()
        assert reader.name, "a reader has a name"
        assert reader.name == reader.name.lower(), "the name of a reader is in lower case"
        assert reader.title, "a reader has a title"

    def test_it_recognises_its_own_file(self) -> None:
        """And nothing at all in an empty one."""
        with TemporaryDirectory() as folder:
            path = self.good_file(Path(folder))
            with path.open("rb") as handle:
                head = handle.read(_HEAD)
            score = self.make_reader().sniff(head, path.name)
            assert 0.0 < score <= 1.0, f"sniff says {score} of its own file"
            empty = self.make_reader().sniff(b"", "empty")
            assert 0.0 <= empty <= 1.0, "sniff stays between 0 and 1"

    def test_it_says_what_it_understood(self) -> None:
        """Without reading the whole file."""
        with TemporaryDirectory() as folder:
            found = self.make_reader().understand(self.good_file(Path(folder)), mapping=self.mapping)
            assert isinstance(found, Understanding), "understand gives an Understanding"
            assert found.format == self.make_reader().name, "it names its format"

    def test_it_streams(self) -> None:
        """The first row comes from an iterator, not from a list of all of them."""
        with TemporaryDirectory() as folder:
            path = self.good_file(Path(folder))
            tracemalloc.start()
            try:
                rows = self.make_reader().read(path, mapping=self.mapping)
                assert isinstance(rows, Iterator), "read gives an iterator"
                first = next(iter(islice((row for row in rows if isinstance(row, Row)), 1)))
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
            assert first.address, "a row has an address"
            assert peak < _FIRST_ROW_BYTES, f"the first row cost {peak >> 20} MiB"

    def test_its_rows_are_numbered_in_order(self) -> None:
        """As a person counts, from 1."""
        with TemporaryDirectory() as folder:
            rows = [row for row in self._all(self.good_file(Path(folder))) if not isinstance(row, Note)]
            numbers = [row.number for row in rows]
            assert len(numbers) > 1, "the good file has at least two rows"
            assert numbers == sorted(numbers), f"numbers go up: {numbers[:20]}"
            assert numbers[0] >= 1, "numbers begin at 1"

    def test_its_times_have_a_zone(self) -> None:
        """A local time without zone is nobody's instant."""
        with TemporaryDirectory() as folder:
            for row in self._all(self.good_file(Path(folder))):
                if isinstance(row, Row):
                    for moment in (row.seen_at, row.posted_at):
                        assert moment is None or moment.utcoffset() is not None, f"row {row.number}"

    def test_it_reads_the_same_twice(self) -> None:
        """A file imported twice adds nothing: that begins here."""
        with TemporaryDirectory() as folder:
            path = self.good_file(Path(folder))
            assert self._all(path) == self._all(path), "the same file gives the same rows"

    def test_it_refuses_a_bad_row_with_its_reason_and_goes_on(self) -> None:
        """A row that cannot be taken stops nothing and is not lost."""
        with TemporaryDirectory() as folder:
            path = self.bad_rows_file(Path(folder))
            if path is None:
                return
            rows = self._all(path)
            refused = [row for row in rows if isinstance(row, Refused)]
            assert refused, "a bad row is refused"
            for row in refused:
                assert row.reason, "a refusal has a reason"
                assert row.code.startswith("OIRU-4"), "a refusal has a code"
                assert len(row.excerpt) <= _EXCERPT, "an excerpt is short"
                assert not any(ord(c) < ord(" ") for c in row.excerpt), "an excerpt is harmless"
            last = max(row.number for row in rows if isinstance(row, Row))
            assert last > refused[0].number, "rows after the bad one are read"

    def test_a_file_that_is_none_of_its_kind_is_a_clear_error_or_refused_rows(self) -> None:
        """Never an exception that is not of the family."""
        with TemporaryDirectory() as folder:
            for name, data in (("noise", bytes(range(256)) * 64), ("nothing", b""), ("half", b'{"a": [1, "')):
                path = Path(folder) / name
                path.write_bytes(data)
                try:
                    taken = [row for row in self._all(path) if isinstance(row, Row)]
                except OpenIruError as error:
                    assert error.message, "an error says what is wrong"
                else:
                    assert not taken, f"{name} holds no contribution"

    def test_a_missing_file_is_a_clear_error(self) -> None:
        """It names the file."""
        try:
            self._all(Path("/nonexistent/openiru"))
        except OpenIruError as error:
            assert error.message, "an error says what is wrong"
        else:
            raise AssertionError("a missing file is an error")
