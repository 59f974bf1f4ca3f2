"""Asking for a scorecard, asking again, and thanking for it. What others have handed in is never said."""

from __future__ import annotations

from handlers import ids
from handlers.blocks import itinerary
from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, button, context, section, select
from handlers.blocks.text import clip, name, when
from hiring.model import Candidate, Loop, Person

SNOOZES = (("hour", "In an hour"), ("afternoon", "This afternoon"), ("morning", "Tomorrow morning"))

_LADDER = {
    1: "A reminder: two minutes now are worth ten tomorrow, while you still remember what was said.",
    2: "This scorecard is still missing. What one remembers of an interview fades fast after the first day.",
    3: "This scorecard is overdue, and the candidate waits for it. The recruiter has been told that it is missing.",
}


def scorecard_ask(
    loop: Loop, *, session: str, person: Person, candidate: Candidate, draft_saved: bool = False
) -> Message:
    return _asking(
        loop,
        session=session,
        preview="Evenhand: an interview has ended, your scorecard is ready to fill in",
        lead=f"How was the interview with {name(candidate.name)}?",
        small=f"{_ended(loop, session, person)} · Two minutes are enough while it is fresh.",
        draft_saved=draft_saved,
    )


def scorecard_remind(
    loop: Loop, *, session: str, person: Person, candidate: Candidate, ladder: int, draft_saved: bool = False
) -> Message:
    """`ladder` is 1 (friendly) to 3 (plain)."""
    return _asking(
        loop,
        session=session,
        preview="Evenhand: a scorecard of yours is still missing",
        lead=_LADDER[min(max(ladder, 1), 3)],
        small=f"{name(candidate.name)} · {_ended(loop, session, person)}",
        draft_saved=draft_saved,
    )


def scorecard_thanks(loop: Loop, *, session: str, commitment: str, amended: bool = False) -> Message:
    """How many others are still out is not said."""
    code = clip(commitment, 200).replace("`", "")
    told = "is amended; both versions are kept" if amended else "is in, and sealed"
    return message(
        "Evenhand: your scorecard is in, thank you",
        [
            section(
                f":white_check_mark: Thank you. Your scorecard for *{itinerary.title(loop.plan, session)}* {told}."
            ),
            context(
                f"Its code is `{code}`. It is computed from what you wrote: with it you can prove that nothing was changed.",
                "You can read it, and amend it with a trace, as long as the loop is open.",
            ),
            actions(
                button("Read or amend", ids.SCORECARD_OPEN, ids.pack(loop.id, session)),
                button("Check the code", ids.CODES_CHECK, ids.pack(loop.id)),
            ),
        ],
    )


def scorecard_closed(loop: Loop, *, session: str) -> Message:
    """The request's message once the scorecard is in or no longer needed."""
    return message(
        "Evenhand: nothing more to do",
        [context(f":white_check_mark: *{itinerary.title(loop.plan, session)}*: nothing more to do here.")],
    )


def _asking(loop: Loop, *, session: str, preview: str, lead: str, small: str, draft_saved: bool) -> Message:
    reference = ids.pack(loop.id, session)
    later = [(ids.pack(loop.id, session, key), label) for key, label in SNOOZES]
    blocks: list[Block] = [section(f"*{itinerary.title(loop.plan, session, 150)}*\n{lead}"), context(small)]
    if draft_saved:
        blocks.append(context(":floppy_disk: You have begun; everything you typed is there."))
    blocks.append(
        actions(
            button("Go on" if draft_saved else "Fill in", ids.SCORECARD_OPEN, reference, style="primary"),
            select(ids.SCORECARD_SNOOZE, later, hint="Later …"),
        )
    )
    blocks.append(context(":lock: Nobody reads it before the whole panel's are in."))
    return message(preview, blocks)


def _ended(loop: Loop, session: str, person: Person) -> str:
    return f"Ended {when(loop.session(session).end, person.zone)}"
