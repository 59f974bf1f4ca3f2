"""Who is awaited: by person, the reader first, and nobody is offered to remind themselves."""

from __future__ import annotations

from typing import Any

from handlers import ids
from handlers.blocks import alerts
from hiring.model import PersonId
from hiring.rules.bottlenecks import Bottleneck, Stuck
from tests.handlers.blocks import world

WORLD = world.ordinary()
LOOP = WORLD.loop
OWN = LOOP.recruiter
OTHER = next(seat.person for seat in LOOP.seats if seat.person not in {OWN, None}) or ""


def wait(stuck: Stuck, owner: PersonId | None, working: int) -> Bottleneck:
    return Bottleneck(f"{stuck}/{owner}", LOOP.id, stuck, owner, world.NOW, working, 480)


def listed(*found: Bottleneck) -> list[dict[str, Any]]:
    told = alerts.bottlenecks(
        found, loops={LOOP.id: LOOP}, candidates={WORLD.candidate.id: WORLD.candidate},
        openings={WORLD.opening.id: WORLD.opening}, people=WORLD.people, viewer=WORLD.people[OWN],
    )  # fmt: skip
    return [block for block in told.blocks if block["type"] == "section"]


def test_what_waits_is_grouped_by_person_the_reader_first() -> None:
    shown = listed(
        wait(Stuck.SCORECARD, OTHER, 900),
        wait(Stuck.AVAILABILITY, None, 100),
        wait(Stuck.DECISION, OWN, 10),
        wait(Stuck.ATTESTATION, OTHER, 20),
    )
    headings = [block["text"]["text"] for block in shown if block["text"]["text"].startswith("*Waits for")]
    mention = f"<@{WORLD.people[OTHER].slack_id}>"
    assert headings == ["*Waits for you*", f"*Waits for {mention}*", "*Waits for the candidate*"]
    assert [block["accessory"]["action_id"] for block in shown if "accessory" in block] == [
        ids.DECIDE_OPEN, ids.NUDGE_SEND, ids.NUDGE_SEND, ids.LOOP_WINDOWS,
    ]  # fmt: skip


def test_nobody_is_offered_to_remind_themselves() -> None:
    shown = listed(*(wait(stuck, OWN, 500) for stuck in Stuck))
    assert ids.NUDGE_SEND not in [block["accessory"]["action_id"] for block in shown if "accessory" in block]


def test_what_waits_for_the_reader_is_done_there() -> None:
    found = [wait(Stuck.ATTESTATION, OWN, 20), wait(Stuck.UNSURE, OWN, 20)]
    told = alerts.bottlenecks(
        found, loops={LOOP.id: LOOP}, candidates={WORLD.candidate.id: WORLD.candidate},
        openings={WORLD.opening.id: WORLD.opening}, people=WORLD.people, viewer=WORLD.people[OWN],
    )  # fmt: skip
    pressed = [one for block in told.blocks for one in (block.get("accessory"), *block.get("elements", ())) if one]
    assert [one["action_id"] for one in pressed] == [
        ids.ATTEST_CLEAR, ids.ATTEST_CONFLICT, ids.ATTEST_UNSURE, ids.CONFLICTS_OPEN,
    ]  # fmt: skip
