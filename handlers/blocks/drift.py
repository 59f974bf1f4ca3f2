"""To the recruiter: somebody changed on a calendar, by hand, what was booked."""

from __future__ import annotations

from collections.abc import Mapping

from handlers import ids
from handlers.blocks import itinerary
from handlers.blocks.booking import more_menu
from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, button, context, fitted, header, section
from handlers.blocks.text import between, clip, counted, mention, name
from hiring.flows.drifting import MENDED
from hiring.model import Candidate, Drift, Drifted, Loop, Opening, Person, PersonId

WHAT = {
    Drifted.GONE: "The event is gone: it was deleted, or moved by more than a day.",
    Drifted.MOVED: "The event was moved to {where}.",
    Drifted.DECLINED: "{who} declined the invitation, or took it off their calendar.",
    Drifted.CLASH: "{who} has another meeting at that time.",
}


def drift(
    loop: Loop, *, candidate: Candidate, opening: Opening, people: Mapping[PersonId, Person], zone: str
) -> Message:
    """`zone` is the recruiter's."""
    head = [
        header("A calendar was changed by hand"),
        section(f"{name(candidate.name)} · _{clip(opening.title, 150)}_"),
    ]
    groups = [[section(_line(loop, one, people=people, zone=zone))] for one in loop.drift]
    tail = [
        context(
            "Evenhand has told nobody else: the candidate's page and the briefs say the booked time. Nothing is changed "
            "before you say so."
        ),
        actions(*_mends(loop), more_menu(loop)),
    ]
    blocks = fitted(head, groups, tail, more=lambda left: f"and {counted(left, 'more change')}")
    return message("Evenhand: a calendar was changed by hand", blocks)


def drift_over(loop: Loop, *, candidate: Candidate, opening: Opening) -> Message:
    """The same message once it is taken care of, or there is newer news."""
    whose = f"{name(candidate.name)} · _{clip(opening.title, 150)}_"
    return message(
        "Evenhand: what was changed on a calendar is taken care of",
        [
            section(f":white_check_mark: ~A calendar was changed by hand~\n{whose}"),
            actions(button("Status", ids.LOOP_STATUS, ids.pack(loop.id))),
        ],
    )


def _line(loop: Loop, one: Drift, *, people: Mapping[PersonId, Person], zone: str) -> str:
    session = loop.session(one.session)
    where = between(one.start, one.end, zone) if one.start and one.end else "another time"
    what = WHAT[one.what].format(who=mention(people, one.person), where=where)
    booked = between(session.start, session.end, zone)
    return f"*{itinerary.title(loop.plan, session.id)}*, booked for {booked}\n{what}"


def _mends(loop: Loop) -> list[Block]:
    wrong = {one.what for one in loop.drift}
    back = [button("Put it back", ids.DRIFT_PUT_BACK, ids.pack(loop.id), style="primary")] if wrong & MENDED else []
    other = [button("Replace a person", ids.LOOP_REPLACE, ids.pack(loop.id))] if wrong - MENDED else []
    return [*back, *other, button("Find another time", ids.LOOP_RESCHEDULE, ids.pack(loop.id))]
