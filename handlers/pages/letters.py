"""The letters a candidate gets: plain words, their own zone, one link, one person to ask.

Made from the same facts as the page, so that the two never differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from handlers.blocks.text import bare, isolated, minutes, plain
from handlers.pages.case import Case
from handlers.pages.contact import Contact, contact_of
from handlers.pages.itinerary import Itinerary, Meeting, Where
from handlers.pages.itinerary import itinerary as laid_out
from handlers.pages.task import Task, task
from handlers.pages.templating import render
from hiring.model import Kind

_WIDE = 60
_TITLE = 80


@dataclass(frozen=True, slots=True)
class Letter:
    """`subject` is one line; `text` and `html` say the same."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class _Button:
    label: str
    url: str
    kind: Literal["button"] = "button"


@dataclass(frozen=True, slots=True)
class _Schedule:
    itinerary: Itinerary
    kind: Literal["schedule"] = "schedule"


_Part = _Paragraph | _Button | _Schedule


def letter_for(kind: Kind, case: Case, *, link: str) -> Letter | None:
    """The letter for a `mail.*` delivery; None when it is no longer true by the time it would go out."""
    loop = case.loop
    going = loop.cancelled is None
    asked = task(case)
    if asked is not None:
        return _at_home(kind, case, asked, link=link, going=going)
    match kind:
        case Kind.MAIL_AVAILABILITY:
            return availability(case, link=link) if going and not loop.windows else None
        case Kind.MAIL_ITINERARY:
            return itinerary(case, link=link) if going and loop.booked_at is not None and loop.sessions else None
        case Kind.MAIL_MOVED:
            return moved(case, link=link) if going and loop.booked_at is None else None
        case Kind.MAIL_CANCELLED:
            return None if going else cancelled(case, link=link)
    raise ValueError(f"{kind} is not a letter to a candidate")


def _at_home(kind: Kind, case: Case, asked: Task, *, link: str, going: bool) -> Letter | None:
    match kind:
        case Kind.MAIL_AVAILABILITY if going and not asked.handed_in:
            return take_home(case, asked, link=link)
        case Kind.MAIL_CANCELLED if not going:
            return task_cancelled(case)
    return None


def take_home(case: Case, asked: Task, *, link: str) -> Letter:
    """Says what to do at home, and until when."""
    title = bare(case.opening.title)
    return _letter(
        case,
        f"A task to do at home, for {plain(title, _TITLE)}",
        _hello(case),
        _Paragraph(
            f"As the next step for the role of {isolated(title)} we would like you to do a task where and when it suits you."
        ),
        *([_Button("Open the task", asked.link)] if asked.link else [_Paragraph(asked.prompt)]),
        _Paragraph(
            f"Please send it by {asked.until}, as an answer to this mail. "
            "Leave your name out of the work and of the files' names: those who look at it will not know whose it is. "
            "If you need more time or another form, just reply; nobody who rates you will know."
        ),
        _Button("Open my page", link),
    )


def task_cancelled(case: Case) -> Letter:
    """Says that the task is not needed any more. Gives no reason: that is for a person to write."""
    title = bare(case.opening.title)
    return _letter(
        case,
        f"The task for {plain(title, _TITLE)} is no longer needed",
        _hello(case),
        _Paragraph(
            f"Please do not spend more time on the task for the role of {isolated(title)}. We are sorry for the change."
        ),
        _Paragraph(
            f"{isolated(bare(case.recruiter.name))} will gladly answer your questions: just reply to this mail. "
            "Thank you for your time and your interest."
        ),
    )


def availability(case: Case, *, link: str) -> Letter:
    """Asks when the candidate can come."""
    title = bare(case.opening.title)
    total = minutes(sum(session.minutes for session in case.loop.plan.sessions if not session.optional))
    return _letter(
        case,
        f"When can you come? Your interviews for {plain(title, _TITLE)}",
        _hello(case),
        _Paragraph(
            f"We would like to meet you for the role of {isolated(title)}. "
            "Please tell us when it suits you: choose some days and times on the page below. It takes about two minutes."
        ),
        _Paragraph(
            f"The interviews take about {total} in all, and we add breaks between them. "
            "The more time you can offer, the sooner we can meet."
        ),
        _Button("Choose my times", link),
        _Paragraph(
            "The page is for you alone, so please keep the link to yourself. If anything is unclear, just reply."
        ),
    )


def itinerary(case: Case, *, link: str) -> Letter:
    """Says when, with whom and about what; also after a change, and then says so. Goes with `calendar_file`."""
    title = bare(case.opening.title)
    plan = laid_out(case)
    moved = case.loop.attempt > 1
    begins = plan.days[0]
    subject = f"{'New times for your' if moved else 'Your'} interviews for {plain(title, _TITLE)}: {begins.title}"
    opening = (
        f"The times of your interviews for the role of {isolated(title)} have changed. "
        "Please go by what follows; what we sent before no longer holds."
        if moved
        else f"Your interviews for the role of {isolated(title)} are arranged. We look forward to meeting you."
    )
    return _letter(
        case,
        subject,
        _hello(case),
        _Paragraph(opening),
        _Schedule(plan),
        *_place(plan),
        _Button("Open my interview page", link),
        _Paragraph(
            "The page always shows the latest plan. The attached file puts the interviews into your calendar. "
            "If a time no longer works, or you need anything to be at your best, just reply."
        ),
    )


def cancelled(case: Case, *, link: str) -> Letter:
    """Says that the interviews will not take place. Gives no reason: that is for a person to write."""
    title = bare(case.opening.title)
    days = " and ".join(day.title for day in laid_out(case).days)
    planned = f" planned for {days}" if days else ""
    return _letter(
        case,
        f"Your interviews for {plain(title, _TITLE)} will not take place",
        _hello(case),
        _Paragraph(
            f"The interviews for the role of {isolated(title)}{planned} will not take place. "
            "We are sorry for the change. Please remove them from your calendar."
        ),
        _Paragraph(
            f"{isolated(bare(case.recruiter.name))} will gladly answer your questions: just reply to this mail. "
            "Thank you for your time and your interest."
        ),
        _Button("Open my interview page", link),
    )


def moved(case: Case, *, link: str) -> Letter:
    """Says that the interviews move and that new times follow; without a reason, like a cancellation."""
    title = bare(case.opening.title)
    return _letter(
        case,
        f"Your interviews for {plain(title, _TITLE)} move to another time",
        _hello(case),
        _Paragraph(
            f"We have to move the interviews for the role of {isolated(title)}, and we are sorry for the change. "
            "Please remove the earlier times from your calendar; the new ones come by mail as soon as they are fixed."
        ),
        _Button("Open my interview page", link),
    )


def _hello(case: Case) -> _Paragraph:
    return _Paragraph(f"Hello {isolated(bare(case.candidate.name))},")


def _place(plan: Itinerary) -> Iterator[_Part]:
    if plan.where is None:
        return
    if plan.where.link:
        yield _Paragraph("All interviews are by video. You join here:")
        yield _Button("Join the video call", plan.where.link)
    elif plan.where.place:
        yield _Paragraph(f"You will find us here: {isolated(plan.where.place)}")
    else:
        yield _Paragraph("Where to join follows, and will stand on your page.")


def _letter(case: Case, subject: str, *parts: _Part) -> Letter:
    contact = contact_of(case.recruiter)
    return Letter(
        subject=subject,
        text=_as_text(parts, contact),
        html=render("letter.html", subject=subject, parts=parts, contact=contact),
    )


# ---- as plain text ------------------------------------------------------------------------------------------------


def _as_text(parts: tuple[_Part, ...], contact: Contact) -> str:
    blocks: list[str] = []
    for part in parts:
        match part:
            case _Paragraph():
                blocks.append(part.text)
            case _Button():
                blocks.append(f"{part.label}:\n{part.url}")
            case _Schedule():
                blocks += _schedule(part.itinerary)
    signed = [isolated(contact.name), isolated(contact.title) if contact.title else "", contact.email]
    blocks.append("\n".join(["Kind regards,", *filter(None, signed)]))
    return "\n\n".join(blocks) + "\n"


def _schedule(plan: Itinerary) -> Iterator[str]:
    for day in plan.days:
        heading = f"{day.title}, {day.time}\n{day.zone}"
        yield f"{heading}\n{'-' * min(_WIDE, max(map(len, heading.splitlines())))}"
        for row in day.rows:
            if isinstance(row, Meeting):
                yield "\n".join(_meeting(row, everywhere=plan.where))
            else:
                yield f"{row.time}  {row.kind} ({row.lasts})"


def _meeting(row: Meeting, *, everywhere: Where | None) -> Iterator[str]:
    yield f"{row.time}  {isolated(row.title)} ({row.lasts})"
    for host in row.hosts:
        about = ", ".join(filter(None, (isolated(host.title) if host.title else "", host.part)))
        yield f"  with {isolated(host.name)}" + (f", {about}" if about else "")
    if everywhere is None and (row.where.link or row.where.place):
        yield f"  {row.where.link or row.where.place}"
    for topic in row.topics:
        yield f"  - {topic}"
    if row.prepare:
        yield f"  {row.prepare}"
