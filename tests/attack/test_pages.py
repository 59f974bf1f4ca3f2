"""A stranger at the candidate's door: only a link of ours opens anything, and whatever is sent in gets an answer."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode

import pytest

from handlers.pages.tokens import make_token
from tests.attack.door import FORM, KEY, Answer, Counted, Door
from tests.attack.mutations import HOSTILE, bytes_spoilt
from tests.database import fresh_database
from tests.handlers.company import settled
from tests.hiring.worlds import NOW

ATTACKS = int(os.environ.get("EVENHAND_ATTACKS", "200"))
LOOP = "LCHOOSING"
LATER = NOW + timedelta(days=9)
OURS = make_token(LOOP, expires=LATER, key=KEY)
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    database = settled(fresh_database(Path(tmp_path_factory.mktemp("pages"))))
    with Door(Counted(database)) as door:
        yield door
    database.close()


def shown(door: Door, token: str) -> Answer:
    return door.knock(f"/c/{quote(token, safe='')}", b"", {}, method="GET")


def forged(lots: Random) -> str:
    """Ours, spoilt; or made as ours is, with what a stranger has: any key but the one."""
    body = base64.b32decode(OURS.upper() + "=" * (-len(OURS) % 8))
    turned = bytearray(body)
    turned[lots.randrange(len(body))] ^= 1 << lots.randrange(8)
    longer = (2**32 - 1).to_bytes(4, "big") + body[4:]
    other = body[:4] + b"LBOOKED" + body[4 + len(LOOP) :]
    at = lots.randrange(len(OURS) - 1)
    ways = (
        _text(bytes(turned)),
        _text(longer),
        _text(other),
        _text(body[: lots.randrange(len(body))]),
        _text(body + bytes(lots.randrange(1, 40))),
        OURS[: lots.randrange(len(OURS) - 2)],
        OURS[:at] + lots.choice([c for c in ALPHABET if c != OURS[at]]) + OURS[at + 1 :],
        make_token(
            lots.choice((LOOP, "LBOOKED", "none")), expires=LATER, key=bytes(lots.randrange(256) for _ in range(32))
        ),
        make_token(LOOP, expires=LATER, key=KEY, purpose=lots.choice(("", "candidate", "candidate page ", "survey"))),
        str(lots.choice(HOSTILE)).encode(errors="replace").decode()[:400] or "x",
    )
    return lots.choice(ways)


def _text(body: bytes) -> str:
    return base64.b32encode(body).decode().rstrip("=").lower()


def test_a_forged_link_opens_nothing_and_asks_the_database_nothing(door: Door) -> None:
    nothing = shown(door, "nonsense")
    before = door.store.begun
    for number in range(ATTACKS):
        token = forged(Random(f"token {number}"))
        answer = shown(door, token)
        elsewhere = answer.status == 404 and answer.body == b"Not Found"  # no address of ours at all
        assert elsewhere or answer == nothing, token
        assert door.knock(f"/c/{quote(token, safe='')}", b"", {"content-type": FORM}).status in {404, 405}
    assert door.store.begun == before
    assert shown(door, OURS).status == 200
    assert door.store.begun == before + 1


def test_a_link_to_a_loop_that_is_not_there_looks_like_one_that_is_forged(door: Door) -> None:
    gone = make_token("never was", expires=LATER, key=KEY)
    assert shown(door, gone) == shown(door, "nonsense")
    assert shown(door, gone + "a") == shown(door, "nonsense")


def test_whatever_is_sent_in_is_answered_and_the_zone_and_times_stay_readable(door: Door) -> None:
    for number in range(ATTACKS):
        lots = Random(f"form {number}")
        day = f"{LATER:%Y-%m-%d}"
        fields: dict[str, object] = {
            "zone": "Europe/Berlin",
            "day-1": day,
            "start-1": "09:00",
            "end-1": "17:00",
            "do": "send",
        }
        for name in lots.sample(sorted(fields), lots.randrange(1, 4)):
            fields[name] = lots.choice(HOSTILE)
        raw = urlencode(fields, errors="replace").encode()
        answer = door.knock(f"/c/{OURS}", bytes_spoilt(raw, lots) if number % 3 == 0 else raw, {"content-type": FORM})
        assert answer.status in {200, 303, 413}, number
        assert b"<!channel>" not in answer.body
    assert shown(door, OURS).status == 200
    assert door.failures == []
