"""What may connect people with a candidate: why we ask, for the person themselves, and all of it for whoever must judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from handlers import ids
from handlers.blocks import grounds
from handlers.blocks.itinerary import title
from handlers.blocks.message import Message, message
from handlers.blocks.parts import (
    Block,
    actions,
    button,
    context,
    divider,
    field,
    fitted,
    modal,
    section,
    text_input,
    words,
)
from handlers.blocks.state import Errors, View, collected, held, length_fault
from handlers.blocks.text import clip, counted, cut, listed, mention, name, quote, when
from hiring.flows.conflicts import Case
from hiring.model import Acquaintances, Answer, Candidate, Disclosure, Loop, Opening, Person, PersonId
from hiring.rules.measures import SECOND
from hiring.rules.relations import relations
from hiring.rules.suggestions import BY_THE_CANDIDATE, Clue, Suggestion

People = Mapping[PersonId, Person]
REASON: Final = "reason"
PERSON: Final = "person"
CONFLICT, NO_CONFLICT = "conflict", "no_conflict"
_SHOWN: Final = 5
_REPORTS: Final = 12

_TO_THEMSELVES: Final[Mapping[Clue, str]] = {
    Clue.EMPLOYER: "You were at *{own}*, and may have met there.",
    Clue.SCHOOL: "You were at *{own}*, and may have met there.",
    Clue.DOMAIN: "Something of theirs may belong to *{own}*, which is yours too.",
    Clue.REFERRER: "As far as we know, you referred them.",
    Clue.MANAGER: "As far as we know, they report to you, directly or by way of others.",
    Clue.REPORT: "As far as we know, you report to them, directly or by way of others.",
    Clue.TEAM: "As far as we know, they are in your team, *{own}*.",
    Clue.INTERVIEWED: "You interviewed them before (*{own}*).",
}
_TO_THE_JUDGE: Final[Mapping[Clue, str]] = {
    Clue.EMPLOYER: "same employer: {own}; the candidate: {theirs}",
    Clue.SCHOOL: "same school: {own}; the candidate: {theirs}",
    Clue.DOMAIN: "same institution by mail address: {own}; the candidate: {theirs}",
    Clue.REFERRER: "referred the candidate",
    Clue.MANAGER: "the candidate reports to them",
    Clue.REPORT: "reports to the candidate",
    Clue.TEAM: "same team as the candidate: {own}",
    Clue.INTERVIEWED: "interviewed the candidate before: {own}",
    Clue.TICKED: "the candidate says that they know them",
    Clue.NAMED: "the candidate wrote a name like theirs",
}
_ANSWERED: Final[Mapping[Answer, str]] = {
    Answer.CONFLICT: "Stepped aside",
    Answer.UNSURE: "Was not sure",
    Answer.NO_CONFLICT: "Said “no conflict”",
}


def why_asked(found: Sequence[Suggestion]) -> list[Block]:
    """Why the question comes, for the person it concerns: their own part of the evidence, and nothing of the candidate's
    or of what the candidate told us."""
    lines = _own_part(found)
    if not lines:
        return []
    return [section(f"*Why we ask you in particular*\n{lines}"), context("It may mean nothing. You know, we do not.")]


def your_own(loop: Loop, found: Sequence[Suggestion]) -> list[Block]:
    """For whoever leads a loop and may know the candidate: nobody asks them, as they sit on no panel."""
    lines = _own_part(found)
    if not lines:
        return []
    return [
        section(f"*You may know this candidate yourself*\n{lines}"),
        actions(button("I have a conflict with the candidate", ids.RECUSE_LOOP, ids.pack(loop.id))),
        context("It may mean nothing. You know, we do not. If you say so, somebody else takes the loop over."),
    ]


def _own_part(found: Sequence[Suggestion]) -> str:
    lines = [f"• {_filled(_TO_THEMSELVES, one)}" for one in dict.fromkeys(found) if one.clue not in BY_THE_CANDIDATE]
    return "\n".join([*dict.fromkeys(lines)][:_SHOWN])


def evidence(found: Iterable[Suggestion]) -> str:
    """All of it in one line, for the recruiter in charge and the auditor."""
    return cut("; ".join(_plain(one) for one in found), 600)


def marks(found: Mapping[PersonId, Sequence[Suggestion]], seated: Iterable[PersonId], *, people: People) -> list[str]:
    """A line for each person of an option whom a human must look at first, and for each who sits with their manager."""
    panel = list(dict.fromkeys(seated))
    looks = [f":mag: {mention(people, one)}: {evidence(found[one])}" for one in panel if one in found]
    return [*looks, *together(panel, people=people)]


def together(panel: Iterable[PersonId], *, people: People) -> list[str]:
    """A line for each manager who sits with somebody of theirs."""
    pairs = relations(panel, people)
    return [
        _together(mention(people, manager), [mention(people, one.report) for one in pairs if one.manager == manager])
        for manager in dict.fromkeys(one.manager for one in pairs)
    ]


def _together(manager: str, reports: Sequence[str]) -> str:
    if len(reports) == 1:
        return f":link: {reports[0]} reports to {manager}, and both are on this panel"
    return f":link: {listed(reports, _REPORTS)} report to {manager}, and all are on this panel"


def look(loop: Loop, *, person: Person, candidate: Candidate, found: Sequence[Suggestion], people: People) -> Message:
    """To the recruiter: somebody said "no conflict", and something suggests that a human should look."""
    who = mention(people, person.id)
    told = any(one.clue in BY_THE_CANDIDATE for one in found)
    readers = "Only you and the auditor see this." if told else "Only they, you and the auditor see this."
    return message(
        "Evenhand: somebody on a panel needs a look from you",
        [
            section(
                f"{who} says that nothing stands between them and {name(candidate.name)}. This is what we noticed:"
            ),
            section(f":mag: {evidence(found)}"),
            context(f"Nothing new is booked for them before you decide. {readers}"),
            actions(*verdicts(loop, person.id)),
        ],
    )


def named(loop: Loop, *, candidate: Candidate, opening: Opening) -> Message:
    """To the recruiter: the candidate said whom they know here. Whom, stands where they alone and the auditor look."""
    return message(
        "Evenhand: a candidate told us whom they know here",
        [
            section(
                f":wave: {name(candidate.name)} · _{clip(opening.title, 150)}_\nThey said on their page whom they know "
                "here. Please look whether anybody on the panel should step aside."
            ),
            actions(button("Conflicts", ids.CONFLICTS_OPEN, ids.pack(loop.id))),
        ],
    )


def verdicts(loop: Loop, person: PersonId) -> list[Block]:
    return [
        button("No conflict", ids.PIN_CLEAR, ids.pack(loop.id, person)),
        button("Conflict", ids.PIN_CONFLICT, ids.pack(loop.id, person), style="danger"),
    ]


def pin_modal(loop: Loop, *, person: Person, conflict: bool, override: bool = False, reason: str = "") -> Block:
    """A verdict needs a reason. Of the evidence nothing stands here, since any recruiter may be asked to judge."""
    who = mention({person.id: person}, person.id)
    told = (
        f"{who} will not take part, and can't change that themselves. Somebody else is asked."
        if conflict
        else f"{who} may take part, whatever was said or pinned before."
        if override
        else f"{who} may take part."
    )
    return modal(
        "Conflict" if conflict else "No conflict",
        [
            section(told),
            field(REASON, "Why?", text_input(initial=reason, multiline=True), hint="You and the auditor read it."),
            *([context(":warning: This overrides a conflict. The audit trail shows it as that.")] if override else []),
        ],
        callback=ids.PIN_VIEW,
        submit="Pin it",
        close="Go back",
        reference=ids.pack(loop.id, person.id, CONFLICT if conflict else NO_CONFLICT),
    )


def other_modal(loop: Loop, *, person: str = "", reason: str = "") -> Block:
    """A conflict of anybody here, seated or not: whom the candidate wrote of with half a name, say."""
    who: Block = {"type": "users_select", "action_id": ids.FIELD, "placeholder": words("Choose a person")}
    return modal(
        "Conflict",
        [
            field(PERSON, "Who has a conflict?", {**who, **({"initial_user": person} if person else {})}),
            field(REASON, "Why?", text_input(initial=reason, multiline=True), hint="You and the auditor read it."),
            context("They will not take part in any loop about this candidate, and can't change that themselves."),
        ],
        callback=ids.PIN_OTHER_VIEW,
        submit="Pin it",
        close="Go back",
        reference=ids.pack(loop.id),
    )


def read_other(view: View) -> str | Errors:
    """The Slack account of whoever was chosen."""
    return held(view, PERSON) or {PERSON: "Please choose a person."}


def read_reason(view: View) -> str | Errors:
    reason = held(view, REASON).strip()
    return collected(reason=length_fault(reason) if reason else "Please give a reason.") or reason


def review_modal(
    loop: Loop,
    cases: Sequence[Case],
    *,
    candidate: Candidate,
    people: People,
    zone: str,
    judges: bool,
    told: Sequence[Acquaintances] | str = (),
) -> Block:
    """Everybody of whom there is something to say, and what the candidate said, or why that can't be read. The auditor
    reads; the recruiter in charge (`judges`) pins too."""
    head = [
        section(f"*{name(candidate.name)}*"),
        context(":lock: For the recruiter in charge and the auditor. Everybody else reads “unavailable”."),
    ]
    head += _measures(loop)
    head += (
        [section(clip(told, 600))]
        if isinstance(told, str)
        else [_told(one, people=people, zone=zone) for one in told[-_SHOWN:]]
    )
    if judges:
        head.append(actions(button("Somebody else has a conflict", ids.PIN_OTHER, ids.pack(loop.id))))
    if not cases and not told:
        head.append(section("Nothing suggests that anybody on this panel knows the candidate, and nobody said so."))
    groups = [_case(loop, case, people=people, zone=zone, judges=judges) for case in cases]
    blocks = fitted(head, groups, more=lambda left: f"and {left} more", most=100, heaviest=60_000)
    return modal("Conflicts", blocks)


def _case(loop: Loop, case: Case, *, people: People, zone: str, judges: bool) -> list[Block]:
    lines = [f"*{mention(people, case.person)}*: {_state(case)}"]
    lines += [f"• {cut(_plain(one), 400)}" for one in case.suggested[:_SHOWN]]
    told = [section("\n".join(lines))]
    told += [section(_said(one, people=people, zone=zone)) for one in case.said[-_SHOWN:]]
    own_word = any(one.by is None and one.answer is Answer.CONFLICT for one in case.said)
    if judges and not (own_word and case.is_barred):
        buttons = verdicts(loop, case.person)
        told.append(actions(*(buttons[:1] if case.is_barred else buttons)))
    return [divider(), *told]


def _state(case: Case) -> str:
    if case.is_barred:
        return "set aside"
    if case.pin is not None:
        return "pinned “conflict”" if case.pin.conflict else "pinned “no conflict”"
    return "needs a look" if case.is_open else "nobody has judged it"


def _measures(loop: Loop) -> list[Block]:
    """What the policy has done about mild grounds on this panel."""
    added = [title(loop.plan, seat.session, 60) for seat in loop.seats if seat.id == SECOND]
    lines = [f"A second, independent interviewer belongs to: {', '.join(added)}."] if added else []
    if loop.unrated:
        lines.append(f"{counted(len(loop.unrated), 'scorecard')} will be shown and count in no figure.")
    return [section("\n".join([":scales: *By the policy on mild grounds*", *lines]))] if lines else []


def _told(one: Acquaintances, *, people: People, zone: str) -> Block:
    """What the candidate wrote, and whom they ticked, as they said it last."""
    ticked = ", ".join(mention(people, person) for person in one.people if person in people)
    lines = [f":wave: *The candidate says that they know* {ticked or 'somebody'} ({when(one.at, zone)})"]
    if not (one.words or one.people):
        lines = [f":wave: The candidate took back what they had said about whom they know ({when(one.at, zone)})"]
    return section("\n".join([*lines, *([quote(one.words, 2400)] if one.words else [])]))


def _said(one: Disclosure, *, people: People, zone: str) -> str:
    if one.by is not None:
        verdict = "conflict" if one.answer is Answer.CONFLICT else "no conflict"
        told = f"{mention(people, one.by)} pinned “{verdict}”, {when(one.at, zone)}"
    else:
        ground = f" ({grounds.WORDS[one.ground][0].casefold()})" if one.ground else ""
        told = f"{_ANSWERED[one.answer]}{ground}, {when(one.at, zone)}"
    return f"{told}\n{quote(one.note, 1500)}" if one.note else told


def _plain(one: Suggestion) -> str:
    return _filled(_TO_THE_JUDGE, one)


def _filled(words: Mapping[Clue, str], one: Suggestion) -> str:
    return words[one.clue].format(own=name(one.own, 150), theirs=name(one.theirs, 150))
