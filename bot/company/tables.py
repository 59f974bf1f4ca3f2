"""CSV files as people's spreadsheets really save them, read row by row with the place of every cell."""

import csv
import difflib
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.company.cells import Refused
from bot.company.faults import Fault, FaultsError
from bot.company.text import decode

Value = TypeVar("Value")
DELIMITERS = ",;\t"
LONGEST_CELL = 2000


@dataclass(frozen=True, slots=True)
class Column:
    """A column people may write. `example` and `about` stand in the schema and in what a fault expects."""

    name: str
    about: str
    example: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `line` is where it begins (a quoted cell may run over several), columns count cells from 1."""

    file: str
    line: int
    cells: Mapping[str, tuple[int, str]]
    columns: Mapping[str, Column]

    def text(self, name: str) -> str:
        return self.cells.get(name, (0, ""))[1]

    def fault(self, name: str, what: str, expected: str = "") -> Fault:
        column = self.columns[name]
        example = f", e.g. {column.example}" if column.example else ""
        place = self.cells.get(name, (0, ""))[0]
        return Fault(self.file, self.line, place, f"{name}: {what}", expected or f"{column.about}{example}")

    def take(self, name: str, parse: Callable[[str], Value], default: Value, faults: list[Fault]) -> Value:
        """The parsed cell; `default` when it is empty, or when it is refused, which is added to `faults`."""
        text = self.text(name)
        if not text:
            if self.columns[name].required:
                faults.append(self.fault(name, "is empty"))
            return default
        try:
            return parse(text)
        except Refused as refused:
            faults.append(self.fault(name, refused.what, refused.expected))
            return default


def read_rows(data: bytes, *, file: str, columns: Iterable[Column]) -> tuple[Row, ...]:
    """Raises `FaultsError` when the file as a whole can't be read, or with every row that has too many or few cells."""
    known = {column.name: column for column in columns}
    text = decode(data, file=file, kind="a CSV file in UTF-8")
    lines = list(_records(text, file=file))
    if not lines:
        expected = f"a first line with the names {','.join(known)}"
        raise FaultsError([Fault(file, 0, 0, "the file is empty", expected)])
    (line, header), *records = lines
    names = _header(header, line=line, file=file, known=known)
    faults: list[Fault] = []
    rows: list[Row] = []
    for line, whole in records:
        # Spreadsheets add empty columns on the right.
        record = whole if any(cell.strip() for cell in whole[len(names) :]) else whole[: len(names)]
        if len(record) != len(names):
            what = f"the row has {len(record)} cells"
            expected = f"{len(names)}, as in the first line; a cell that holds the separator stands in double quotes"
            faults.append(Fault(file, line, len(record), what, expected))
            continue
        cells = {name: (at, _clean(cell)) for at, (name, cell) in enumerate(zip(names, record, strict=True), start=1)}
        row = Row(file, line, cells, known)
        faults.extend(_long_cells(row))
        rows.append(row)
    if faults:
        raise FaultsError(faults)
    return tuple(rows)


def _records(text: str, *, file: str) -> Iterator[tuple[int, list[str]]]:
    """Every record that isn't blank, with the line it begins in."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    # Excel writes semicolons wherever the decimal sign is a comma, and sometimes says so in a line of its own.
    said = first.lower().startswith("sep=")
    delimiter = first[4:5] if said else max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or ",", strict=True)
    begins = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record) and not (said and record[0].lower().startswith("sep=")):
                yield begins, record
            begins = reader.line_num + 1
    except csv.Error as error:
        what = f"this is not CSV from here on ({error})"
        raise FaultsError([Fault(file, begins, 1, what, "each double quote inside a quoted cell doubled")]) from error


def _header(header: list[str], *, line: int, file: str, known: Mapping[str, Column]) -> list[str]:
    names = [_clean(name).lower().replace(" ", "_").replace("-", "_") for name in header]
    while names and not names[-1]:
        names.pop()
    faults = []
    for at, name in enumerate(names, start=1):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            expected = f"`{near[0]}`" if near else f"one of {', '.join(known)}"
            faults.append(Fault(file, line, at, f"there is no column `{name}`", expected))
        elif names.index(name) < at - 1:
            faults.append(Fault(file, line, at, f"the column `{name}` stands here twice", "each column once"))
    if len(faults) == len(names):
        raise FaultsError([Fault(file, line, 1, "the first line names no known column", ",".join(known))])
    faults += [
        Fault(file, line, len(names) + 1, f"the column `{column.name}` is missing", column.about)
        for column in known.values()
        if column.required and column.name not in names
    ]
    if faults:
        raise FaultsError(faults)
    return names


def _clean(cell: str) -> str:
    """Without blanks around it, and composed, so that an e-mail or a name typed on any machine compares equal."""
    return unicodedata.normalize("NFC", cell).strip("﻿ \t\r\n\u00a0")


def _long_cells(row: Row) -> Iterator[Fault]:
    for name, (_, cell) in row.cells.items():
        if len(cell) > LONGEST_CELL:
            yield row.fault(name, f"has {len(cell)} characters", f"at most {LONGEST_CELL}")
        elif any(unicodedata.category(letter) == "Cc" and letter not in "\r\n\t" for letter in cell):
            yield row.fault(name, "holds a control character", "printable text")
