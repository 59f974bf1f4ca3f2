"""A take-home: entering what was handed in, and asking people to score it without a word of whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from handlers import ids
from handlers.blocks.message import Message, message
from handlers.blocks.parts import Block, actions, button, context, field, header, modal, section, select, text_input
from handlers.blocks.scorecard import SNOOZES
from handlers.blocks.state import Errors, View, collected, day_of, held, length_fault
from handlers.blocks.text import clip, day, escape, minutes, name, when, zone_name
from hiring.model import Answer, Candidate, Loop, Opening, Person
from hiring.rules.blind import BlindWork

LINK = "link"
FILES = "files"
UNTIL = "until"
MOST_FILES = 20
REPLACES = "replace"
"""In the modal's reference: it was opened to replace what stands, and not to enter what came."""


@dataclass(frozen=True, slots=True)
class Typed:
    link: str
    files: tuple[str, ...]


# ---- for the recruiter --------------------------------------------------------------------------------------------


def work_modal(loop: Loop, *, candidate: Candidate) -> Block:
    stands = loop.work
    link, files = (stands.link, "\n".join(stands.files)) if stands else ("", "")
    told = (
        "*This replaces what was entered before.* Whoever was shown that is told, and can change what they handed in."
        if stands
        else "Those who score it see neither the name nor anything that tells it."
    )
    return modal(
        "What was handed in",
        [
            section(f"*{name(candidate.name)}*\n{told}"),
            field(LINK, "Link to the work", text_input(initial=link, hint="https://…"), optional=True),
            field(FILES, "Names of files, one a line", text_input(initial=files, multiline=True), optional=True),
            context(
                "Names of files are cleaned of the candidate's name. Look into the work itself: that can't be cleaned."
            ),
        ],
        callback=ids.TAKE_HOME_VIEW,
        submit="Replace it" if stands else "Have it scored",
        close="Go back",
        reference=ids.pack(loop.id, REPLACES) if stands else ids.pack(loop.id),
    )


def read_work(view: View) -> Typed | Errors:
    link, files = held(view, LINK).strip(), held(view, FILES)
    names = tuple(line.strip() for line in files.splitlines() if line.strip())
    many = f"At most {MOST_FILES} files." if len(names) > MOST_FILES else None
    return collected(link=length_fault(link, 2000), files=many or length_fault(files)) or Typed(link=link, files=names)


def time_modal(loop: Loop, *, candidate: Candidate, until: date) -> Block:
    """`until` is the last day they have now."""
    later = until + timedelta(days=3)
    picker: Block = {"type": "datepicker", "action_id": ids.FIELD, "initial_date": later.isoformat()}
    return modal(
        "Give more time",
        [
            section(f"*{name(candidate.name)}* has until the end of {day(until)} ({zone_name(loop.zone)})."),
            field(UNTIL, "New last day", picker),
            context(
                "Their page says so at once; tell them too, when you answer. Nobody who scores the work hears of it."
            ),
        ],
        callback=ids.TAKE_HOME_TIME_VIEW,
        submit="Give more time",
        close="Go back",
        reference=ids.pack(loop.id),
    )


def read_time(view: View) -> date | Errors:
    return day_of(held(view, UNTIL)) or {UNTIL: "Please choose a day."}


# ---- for those who score ------------------------------------------------------------------------------------------


def ask(loop: Loop, *, candidate: Candidate, opening: Opening) -> Message:
    return message(
        "Evenhand: can you score a take-home?",
        [header("Can you score this unseen?"), *_question(loop, candidate=candidate, opening=opening)],
    )


def remind(loop: Loop, *, candidate: Candidate, opening: Opening) -> Message:
    return message(
        "Evenhand: a question about a take-home still waits for your answer",
        [header("A short answer is missing"), *_question(loop, candidate=candidate, opening=opening)],
    )


def answered(answer: Answer) -> Message:
    told = {
        Answer.NO_CONFLICT: ":white_check_mark: Thank you. The work comes in a message of its own.",
        Answer.CONFLICT: ":white_check_mark: You stepped aside from this one. Thank you for saying so.",
        Answer.UNSURE: ":hourglass_flowing_sand: You were not sure. The recruiter has your note and decides.",
    }
    return message("Evenhand: your answer is noted", [section(told[answer])])


def score(loop: Loop, *, session: str, work: BlindWork, person: Person, opening: Opening, draft_saved: bool) -> Message:
    """The work, and everything one needs to score it. There is nothing in `work` that tells whose it is."""
    reference = ids.pack(loop.id, session)
    planned, placed = loop.plan.session(session), loop.session(session)
    later = [(ids.pack(loop.id, session, key), label) for key, label in SNOOZES]
    blocks = [
        header("A take-home to score"),
        section(
            f"*{name(work.handle)}* · _{clip(opening.title, 150)}_\n{clip(planned.title, 150)}: "
            f"about {minutes(planned.minutes)}, handed in {when(placed.start, person.zone)}."
        ),
        section(_what(work)),
    ]
    if planned.covers:
        blocks.append(section("\n".join(["*To look at*", *(f"• {clip(text, 150)}" for text in planned.covers[:8])])))
    blocks += [
        actions(
            button("Go on" if draft_saved else "Fill in", ids.SCORECARD_OPEN, reference, style="primary"),
            button("What you will rate", ids.BRIEF_RUBRIC, reference),
            button("I recognise this work", ids.RECUSE_LOOP, ids.pack(loop.id)),
            select(ids.SCORECARD_SNOOZE, later, hint="Later …"),
        ),
        context(
            ":lock: You are not told whose it is; please don't look for it. If you recognise it, step aside: somebody else "
            "takes over. Nobody reads your scorecard before all are in."
        ),
    ]
    return message("Evenhand: a take-home is ready to score", blocks)


def work_replaced(loop: Loop, *, session: str, work: BlindWork, is_in: bool) -> Message:
    """To somebody who was shown what stood there before."""
    can = (
        "You have handed in your scorecard already. If the new work changes it, change it before the scorecards open: the "
        "summary tells that you did."
        if is_in
        else "What you have written so far is kept. Please look at the new work before you hand it in."
    )
    change = button("Change my scorecard" if is_in else "Go on", ids.SCORECARD_OPEN, ids.pack(loop.id, session))
    return message(
        "Evenhand: a take-home was replaced",
        [
            section(f"*{name(work.handle)}*: the wrong file or link had been entered. This is the work:"),
            section(_what(work)),
            section(can),
            actions(change),
        ],
    )


def _question(loop: Loop, *, candidate: Candidate, opening: Opening) -> list[Block]:
    planned = loop.plan.sessions[0]
    return [
        section(
            f"*{name(candidate.name)}* · _{clip(opening.title, 150)}_\n{clip(planned.title, 150)}, "
            f"about {minutes(planned.minutes)}, at a time of your choice. You won't be told whose work it is."
        ),
        section(
            "Do you know who has applied for this opening and might have handed in work, or is there another reason not to?"
        ),
        actions(
            button("I can score it", ids.ATTEST_CLEAR, ids.pack(loop.id), style="primary"),
            button("I should not", ids.ATTEST_CONFLICT, ids.pack(loop.id)),
            button("I am not sure", ids.ATTEST_UNSURE, ids.pack(loop.id)),
        ),
        context(":lock: A reason is read by the recruiter and the auditor only; others see “unavailable”."),
    ]


def _what(work: BlindWork) -> str:
    """The link as a link only when nothing had to be taken out of it: otherwise it would lead nowhere."""
    lines = []
    if work.link:
        whole = work.link.startswith(("https://", "http://")) and work.handle not in work.link
        lines.append(
            f"<{escape(work.link).replace('|', '%7C')[:2000]}|Open the work>" if whole else clip(work.link, 500)
        )
    lines += [f"• {clip(file, 100)}" for file in work.files]
    return "\n".join(lines)
