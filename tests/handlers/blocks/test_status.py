"""How a loop stands: what waits for its reader is done there, what waits for others is a reminder."""

from __future__ import annotations

from typing import Any

from handlers import ids
from handlers.blocks import dead_letter, parts, status
from hiring.model import Delivery, Kind, Loop, PersonId
from hiring.ports import DeadLetter
from tests.handlers.blocks import world

WORLD = world.ordinary()
BOOKED = WORLD.loop.with_(released=None, decision=None, attestations=())
PANEL = tuple(dict.fromkeys(seat.person for seat in BOOKED.seats if seat.person))


def shown(loop: Loop, reader: PersonId) -> tuple[list[tuple[str, str]], list[str]]:
    """(action, its reference) of every button, and the words beside the reminders."""
    told = status.status_loop(
        loop, candidate=WORLD.candidate, opening=WORLD.opening, people=WORLD.people, zone="Europe/Berlin",
        now=world.NOW, reader=reader,
    )  # fmt: skip
    pressed: list[dict[str, Any]] = []
    for block in told.blocks:
        pressed += [block["accessory"]] if "accessory" in block else block.get("elements", [])
    buttons = [(one["action_id"], one["value"]) for one in pressed if one.get("type") == "button"]
    return buttons, [
        b["text"]["text"] for b in told.blocks if b.get("accessory", {}).get("action_id") == ids.NUDGE_SEND
    ]


def test_the_reader_answers_where_they_read_and_reminds_the_others() -> None:
    own, *others = PANEL
    buttons, reminded = shown(BOOKED, own)
    assert [value for action, value in buttons if action == ids.ATTEST_CLEAR] == [ids.pack(BOOKED.id)]
    assert [value for action, value in buttons if action == ids.NUDGE_SEND] == [
        ids.pack(BOOKED.id, who, "attestation") for who in others[: status.MOST_NUDGES]
    ]
    mention = f"<@{WORLD.people[others[0]].slack_id}>"
    assert reminded[0] == f"{mention} has not answered the question about conflicts"


def test_whoever_is_awaited_for_nothing_answers_nothing() -> None:
    buttons, reminded = shown(BOOKED, "somebody else")
    assert ids.ATTEST_CLEAR not in [action for action, _ in buttons]
    assert len(reminded) == min(len(PANEL), status.MOST_NUDGES)


def test_whoever_decides_decides_there() -> None:
    loop = WORLD.loop.with_(decision=None, attestations=WORLD.loop.attestations)
    buttons, reminded = shown(loop, loop.hiring_manager)
    assert (ids.DECIDE_OPEN, ids.pack(loop.id)) in buttons
    assert not [text for text in reminded if "decision" in text]


def test_what_did_not_go_out_stands_there_in_the_words_of_its_own_message() -> None:
    lost = [DeadLetter(Delivery(f"brief/{n}", Kind.BRIEF, PANEL[0]), "channel_not_found", n) for n in range(1, 6)]
    about: dict[str, Any] = {"candidate": WORLD.candidate, "opening": WORLD.opening, "people": WORLD.people}
    told = status.status_loop(BOOKED, **about, zone="Europe/Berlin", now=world.NOW, undelivered=lost)
    shown = [block for block in told.blocks if block.get("accessory", {}).get("action_id") == ids.DELIVERY_RETRY]
    notices = [dead_letter.dead_letter(one, **about).blocks for one in lost[: dead_letter.MOST]]
    words = [(first["text"]["text"].split("\n")[0], second["text"]["text"]) for first, second, *_ in notices]
    assert [block["text"]["text"] for block in shown] == ["\n".join(both) for both in words]
    buttons = [blocks[2]["elements"][0] for blocks in notices]
    assert [block["accessory"]["value"] for block in shown] == [button["value"] for button in buttons]
    assert parts.context("and 2 more that did not go out") in told.blocks
