"""EVENHAND_RETENTION: how long records are kept at least, and when they are erased by themselves."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from hiring.model import CandidateId
from hiring.rules.retention import Ending, Policy, Term

SHAPE: Final = "decline=365..730, advance=365..1825, hold=..1095, cancelled=..365"
_PART = re.compile(r"(advance|hold|decline|cancelled)=([0-9]{1,5})?\.\.([0-9]{1,5})?")


def read_policy(text: str) -> Policy | None:
    """The policy, or None when it can't be read: an outcome twice, or one that is erased before it may be."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found = list(_terms(parts))
    if len(found) != len(parts) or len(dict(found)) != len(found):
        return None
    if any(t.keep is not None and t.erase is not None and t.erase < t.keep for _, t in found):
        return None
    return dict(found)


def _terms(parts: list[str]) -> Iterator[tuple[Ending, Term]]:
    for part in parts:
        read = _PART.fullmatch(part.replace(" ", ""))
        if read is not None:
            yield Ending(read[1]), Term(keep=_days(read[2]), erase=_days(read[3]))


def _days(number: str | None) -> timedelta | None:
    return None if number is None else timedelta(days=int(number))


def new_record() -> CandidateId:
    """The name under which an empty record stays: drawn by lot, so that it can't be led back to anybody."""
    return f"erased-{secrets.token_hex(6)}"
