"""Requests that Slack never sent, or not so: none of the forged is taken, and none that is signed meets an error page."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.parse import quote_from_bytes

import pytest

from handlers import ids
from tests.attack.door import EVENTS, FORM, JSON, Counted, Door, signed, written
from tests.attack.mutations import bytes_spoilt
from tests.attack.payloads import genuine, spoilt
from tests.database import fresh_database
from tests.handlers import presses, rig
from tests.handlers.company import WHO, settled

ATTACKS = int(os.environ.get("EVENHAND_ATTACKS", "800"))
"""Of each kind."""
LOTS = 4
"""In so many tests, for as many processes."""
ANSWERED = {200, 400, 401, 404}
"""Read and answered; not to be read; not as signed; nothing that this program has a listener for."""


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    database = settled(fresh_database(Path(tmp_path_factory.mktemp("door"))))
    with Door(Counted(database)) as door:
        yield door
    database.close()


# ---- forged -----------------------------------------------------------------------------------------------------------


def forged(raw: bytes, kind: str, lots: Random) -> tuple[bytes, dict[str, str]]:
    """A request that Slack did not sign: another body, key, time or signature than the genuine one's."""
    genuinely = signed(raw, kind=kind)
    at = lots.randrange(3, len(genuinely[PROOF]))
    other = "0" if genuinely[PROOF][at] != "0" else "1"
    turned = genuinely[PROOF][:at] + other + genuinely[PROOF][at + 1 :]
    left_out = lots.choice((STAMP, PROOF))
    secret = lots.choice(("x", rig.SECRET.upper(), rig.SECRET + " "))
    late = time.time() + lots.choice((-302, 302, -86_400, 10**9, -(10**9)))
    ways = (
        (bytes_spoilt(raw, lots), genuinely),
        (raw, signed(raw, kind=kind, secret=secret)),
        (raw, signed(raw, kind=kind, at=late)),
        (raw, genuinely | {PROOF: turned}),
        (raw, genuinely | {PROOF: lots.choice(PROOFS), STAMP: lots.choice((genuinely[STAMP], *STAMPS))}),
        (raw, genuinely | {STAMP: lots.choice(STAMPS)}),
        (raw, {name: value for name, value in genuinely.items() if name != left_out}),
    )
    return lots.choice(ways)


STAMP, PROOF = "x-slack-request-timestamp", "x-slack-signature"
PROOFS = ("", "v0=", "v1=" + "0" * 64, "v0=" + "é" * 64, "0" * 64, "v0=" + "0" * 10_000, "null", "v0=\x7f")
STAMPS = (
    "",
    "soon",
    "thisminute",
    "1795422.65",
    "-1",
    "1e9",
    "0",
    "9" * 19,
    "9" * 400,
    "²",
    " ",
    "0x5f",
    "1_000",
    "nan",
)


@pytest.mark.parametrize("lot", range(LOTS))
def test_nothing_that_is_forged_comes_as_far_as_the_database(lot: int, door: Door) -> None:
    before = door.store.begun
    for number in range(lot, ATTACKS, LOTS):
        lots = Random(f"forged {number}")
        raw, headers = forged(*written(genuine(lots)), lots)
        answer = door.knock(EVENTS, raw, headers)
        assert (number, answer.status, answer.body) == (number, 401, b"Not signed")
    assert door.store.begun == before
    assert door.failures == []


def test_what_it_was_forged_from_is_taken(door: Door) -> None:
    """The control: the same bytes with the right signature do reach the database."""
    for number in range(20):
        raw, kind = written(genuine(Random(f"forged {number}")))
        before = door.store.begun
        assert door.slack(raw, kind=kind).status == 200
        assert door.store.begun > before or b"window." in raw or b"new.plan" in raw or b"link.open" in raw


# ---- signed, but spoilt -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lot", range(LOTS))
def test_whatever_is_signed_is_answered(lot: int, door: Door) -> None:
    statuses = set()
    for number in range(lot, ATTACKS, LOTS):
        lots = Random(f"fields {number}")
        raw, kind = spoilt(genuine(lots), lots)
        answer = door.slack(raw, kind=kind)
        assert answer.status in ANSWERED, number
        assert (number, door.failed()) == (number, [])
        statuses.add(answer.status)
    assert {200, 400} <= statuses or ATTACKS < 100


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"payload=", b"payload=null", b"payload=[1]", b'payload="text"', b"payload=%7B%7D", b"[" * 900_000,
        b"payload=" + b"%5B" * 300_000, b"{" * 900_000, b"\xff\xfe", b"payload=%ED%A0%80", b"command=", b"a=" + b"x" * 900_000,
    ],
    ids=lambda raw: f"{raw[:12]!r} {len(raw)}",
)  # fmt: skip
def test_what_is_no_request_at_all_is_refused(raw: bytes, door: Door) -> None:
    """Signed, and not signed: a stranger learns nothing of what a body is taken for."""
    assert door.knock(EVENTS, raw, {"content-type": FORM}).status == 401
    assert door.slack(raw).status in {400, 401}
    assert door.failures == []


def test_a_body_larger_than_any_of_slacks_is_not_read(door: Door) -> None:
    assert door.slack(b"payload=" + b"x" * 1_000_001).status == 413
    assert (door.slack(b"x" * 1_000_001).status, door.slack(b"x" * 1_000_000, secret="x").status) == (413, 401)


def test_what_is_signed_and_can_not_be_read_is_told_from_what_is_not_signed(door: Door) -> None:
    """A dictionary where Bolt takes the first of a list; brackets without end."""
    for raw in (b'{"authorizations": {"a": 1}}', b"[" * 100_000):
        assert (door.slack(raw, kind=JSON).status, door.slack(raw, kind=JSON, secret="x").status) == (400, 401)


def test_slacks_look_at_the_certificate_needs_no_signature_and_reaches_nobody(door: Door) -> None:
    before, asks = door.store.begun, b"ssl_check=1&token=abc"
    length = {"content-type": FORM, "content-length": str(len(asks))}
    looked = (door.knock(EVENTS, asks, length), door.knock(f"{EVENTS}?ssl_check=1", b"", {}, method="GET"))
    assert [(one.status, one.body) for one in looked] == [(200, b"")] * 2
    others = (b"ssl_check=0", b"ssl_check=1&ssl_check=1", b"ssl_check=1" + b" " * 300)
    for raw in others:
        assert door.knock(EVENTS, raw, {"content-type": FORM, "content-length": str(len(raw))}).status == 401
    assert (door.knock(EVENTS, b"", {}, method="GET").status, door.store.begun) == (401, before)


@pytest.mark.parametrize("much", ["x", " ", "mon ", "\n", "<!channel>", "e\u0301"])
def test_more_than_anybody_can_type_is_not_looked_into(much: str, door: Door) -> None:
    """What reads a text may take longer than it is long; half a megabyte in each place that holds one."""
    text = much * (500_000 // len(much))
    user = WHO["panel"]
    bodies = (
        rig.command(user, text),
        rig.action(user, ids.PAUSE_OPEN, text),
        rig.action(user, ids.LOOP_MORE, selected_option={"value": text}),
        rig.submission(user, presses.modal(ids.PREFS_VIEW, "", hours=text)),
        rig.submission(user, presses.modal(ids.PREFS_VIEW, text)),
        rig.suggestion(user, ids.NEW_CANDIDATE, text),
    )
    before = door.store.begun
    for body in bodies:
        raw = json.dumps(body, ensure_ascii=False).encode()
        assert door.slack(b"payload=" + quote_from_bytes(raw, safe=' {}[]":,').encode()).status in {400, 413}
    assert door.store.begun == before


# ---- sent again -----------------------------------------------------------------------------------------------------------


def test_what_is_sent_again_changes_nothing_more(door: Door) -> None:
    """With the signature it had, and stamped anew: the id of a click counts once, whatever the time."""
    database = door.store.database
    for number in range(min(ATTACKS // 8, 400)):
        raw, kind = written(genuine(Random(f"again {number}"), user=WHO["recruiter"]))
        door.slack(raw, kind=kind)
        with database.begin() as uow:
            before = rig.everything(uow)
        door.slack(raw, kind=kind)
        door.slack(raw, kind=kind, at=time.time() - 200)
        with database.begin() as uow:
            assert (number, rig.everything(uow)) == (number, before)
