"""Words as they are compared, whoever typed them: not everybody can type every name."""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = re.compile("[\u0300-\u036f]")
_WITHOUT_MARKS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})


def bare(text: str) -> str:
    """In no case, and without the accents of letters that have them besides; the marks of other scripts stay."""
    without = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_WITHOUT_MARKS)
    return unicodedata.normalize("NFC", without)
