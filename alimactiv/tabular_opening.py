"""Opening a .xlsx so that reading it cannot take the machine's memory, however it is made.

openpyxl holds a whole row, and the whole of each part that is no table, as objects: of a file of some kilobytes, whose
XML repeats itself, gigabytes. Each part is therefore run through first, without keeping anything.
"""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, BinaryIO
from xml.parsers import expat

import openpyxl
from openpyxl.reader.excel import ExcelReader

MAX_ROWS = 1_048_576  # as Excel has it
MOST_STRINGS = 2 * MAX_ROWS
"""Rows of a sheet, or texts that its cells share: each is two elements."""
MOST_IN_A_ROW = 100_000
"""Elements below a row, which Excel ends at 16,384 cells: a few of each, more of a text in several fonts."""
MOST_IN_A_PART = 100_000
"""Elements of styles, properties and the like, all kept at once. Excel has 65,000 styles at most."""
ROW_DEPTH = 3
"""Of a row, as of a shared text's parts: below the root, then the table."""
CHUNK = 65_536


@contextmanager
def opened(file: Path | BinaryIO) -> Iterator[openpyxl.Workbook]:
    """A .xlsx, row by row, without what it links to. Raises some of ``alimactiv.tabular.UNREADABLE``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's, about styles and extensions that do not matter here
        reader = ExcelReader(file, read_only=True, keep_links=False)
        reader.archive.close()
        with closing(_Archive(file)) as reader.archive:
            reader.read()
            yield reader.wb


class _Archive(zipfile.ZipFile):
    """What openpyxl reads from: ``open`` gives what it takes row by row, ``read`` what it keeps whole."""

    def __init__(self, file: Path | BinaryIO):
        super().__init__(file)
        self._seen: set[str] = set()

    def open(self, name, mode="r", pwd=None, *, force_zip64=False) -> IO[bytes]:
        """Raises ``BadZipFile`` for a part that holds far more than a table may."""
        if name not in self._seen:
            self._look(name, all_of_it=MOST_STRINGS, in_a_row=MOST_IN_A_ROW)
        return super().open(name, mode, pwd, force_zip64=force_zip64)

    def read(self, name, pwd=None) -> bytes:
        """Raises ``BadZipFile`` for a part that holds far more than one that is kept whole may."""
        self._look(name, all_of_it=MOST_IN_A_PART, in_a_row=MOST_IN_A_PART)
        return super().read(name, pwd)

    def _look(self, name: str, *, all_of_it: int, in_a_row: int) -> None:
        with super().open(name) as part:
            _Look(all_of_it, in_a_row).run_through(part)
        self._seen.add(name)


class _Look:
    """Counts a part's elements: down to the depth of a row all together, below it those of each row."""

    def __init__(self, all_of_it: int, in_a_row: int):
        self._left, self._in_a_row = all_of_it, in_a_row
        self._depth = self._left_in_row = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse

    def run_through(self, part: IO[bytes]) -> None:
        try:
            while chunk := part.read(CHUNK):
                self._parser.Parse(chunk)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise zipfile.BadZipFile(str(error)) from error

    def _start(self, name: str, attributes: dict) -> None:
        self._depth += 1
        if self._depth <= ROW_DEPTH:
            self._left -= 1
            self._left_in_row = self._in_a_row
        else:
            self._left_in_row -= 1
        if self._left < 0 or self._left_in_row < 0:
            self._refuse()

    def _end(self, name: str) -> None:
        self._depth -= 1

    def _refuse(self, *said: object) -> None:
        raise zipfile.BadZipFile("more than a workbook holds, or what none does")
