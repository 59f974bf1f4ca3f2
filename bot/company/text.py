"""Bytes of a file that is meant to be text, as text; or a fault that says what they are instead."""

import codecs

from bot.company.faults import Fault, FaultsError

MOST_BYTES = 5_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KINDS = (
    (b"PK\x03\x04", "a spreadsheet or archive (.xlsx, .ods, .zip)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a packed file (.gz)"),
    (b"SQLite format 3", "a database"),
)


def decode(data: bytes, *, file: str, kind: str = "a text file in UTF-8") -> str:
    """UTF-8 with or without its mark, and UTF-16 or UTF-32 with theirs; raises `FaultsError` for anything else."""
    for start, name in _KINDS:
        if data.startswith(start):
            expected = f"{kind}; from a spreadsheet, save as CSV UTF-8" if "sheet" in name or "Office" in name else kind
            raise FaultsError([Fault(file, 0, 0, f"this is {name}", expected)])
    if len(data) > MOST_BYTES:
        raise FaultsError([Fault(file, 0, 0, f"the file has {len(data):,} bytes", f"at most {MOST_BYTES:,}")])
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        what = (
            f"byte {data[error.start]:#04x} is not {encoding.upper()}; the file is probably saved as Latin-1 or Windows"
        )
        raise FaultsError([Fault(file, line, column, what, f"{kind}; save it again as UTF-8")]) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise FaultsError([Fault(file, line, 1, "there are zero bytes in it; this is not text", kind)])
    return text
