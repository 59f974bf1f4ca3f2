from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import icalendar
import pytest

from handlers.pages import letters
from handlers.pages.calendar_file import calendar_file
from handlers.pages.case import Case
from handlers.pages.itinerary import Rest, itinerary
from handlers.pages.letters import Letter
from hiring.model import Answer, Attestation, Barred, Ended, Kind, Lunch, Repair, Span, Why
from tests.handlers.pages.world import DAY, NOW, booked, extreme, ordinary

LINK = "https://interviews.example.com/c/token"


class _Words(HTMLParser):
    """The words of a page and its links, without what is not shown."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in {"title", "style"}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data.split()


def seen(html: str) -> tuple[str, list[str]]:
    parser = _Words()
    parser.feed(html)
    return " ".join(parser.words), parser.links


def test_the_letter_that_asks_for_times() -> None:
    letter = letters.availability(ordinary(), link=LINK)
    assert letter.subject == "When can you come? Your interviews for Senior data scientist"
    assert letter.text == (
        "Hello Joana D’Angelo,\n\n"
        "We would like to meet you for the role of Senior data scientist. Please tell us when it suits you: choose some "
        "days and times on the page below. It takes about two minutes.\n\n"
        "The interviews take about 1 h 45 min in all, and we add breaks between them. The more time you can offer, the "
        "sooner we can meet.\n\n"
        f"Choose my times:\n{LINK}\n\n"
        "The page is for you alone, so please keep the link to yourself. If anything is unclear, just reply.\n\n"
        "Kind regards,\nRui Martins\nRecruiter\nrui@example.com\n"
    )
    assert seen(letter.html)[1] == [LINK, LINK, "mailto:rui@example.com"]


def test_the_itinerary_in_words() -> None:
    letter = letters.itinerary(booked(ordinary()), link=LINK)
    assert letter.subject == "Your interviews for Senior data scientist: Tuesday 24 November 2026"
    assert letter.text == (
        "Hello Joana D’Angelo,\n\n"
        "Your interviews for the role of Senior data scientist are arranged. We look forward to meeting you.\n\n"
        "Tuesday 24 November 2026, 09:00–13:15\nNew York time (UTC−5)\n-------------------------------------\n\n"
        "09:00–09:30  Presentation to the team (30 min)\n"
        "  with Ana Sousa, Staff data scientist\n"
        "  with Max Okafor, Engineering manager\n"
        "  - One piece of your own work\n"
        "  - The team’s questions\n"
        "  Choose something finished. Slides are welcome and not rated for looks.\n\n"
        "09:30–09:45  Break (15 min)\n\n"
        "09:45–10:45  Coding with data (1 h)\n"
        "  with Lee Chen, Data scientist\n"
        "  with Sam O’Neill, listens and learns\n"
        "  - A small data problem, in a language you choose\n"
        "  Bring your usual editor.\n\n"
        "10:45–13:00  Lunch break (2 h 15 min)\n\n"
        "13:00–13:15  Wrap-up (15 min)\n"
        "  with Rui Martins, Recruiter\n\n"
        "All interviews are by video. You join here:\n\n"
        "Join the video call:\nhttps://meet.example.com/abc-defg\n\n"
        f"Open my interview page:\n{LINK}\n\n"
        "The page always shows the latest plan. The attached file puts the interviews into your calendar. If a time no "
        "longer works, or you need anything to be at your best, just reply.\n\n"
        "Kind regards,\nRui Martins\nRecruiter\nrui@example.com\n"
    )


def test_the_cancellation_gives_no_reason_but_a_person() -> None:
    case = booked(ordinary())
    ended = replace(case, loop=replace(case.loop, cancelled=Ended(NOW, "rui", "Panel does not like them")))
    letter = letters.cancelled(ended, link=LINK)
    assert letter.subject == "Your interviews for Senior data scientist will not take place"
    assert letter.text == (
        "Hello Joana D’Angelo,\n\n"
        "The interviews for the role of Senior data scientist planned for Tuesday 24 November 2026 will not take place. "
        "We are sorry for the change. Please remove them from your calendar.\n\n"
        "Rui Martins will gladly answer your questions: just reply to this mail. Thank you for your time and your "
        "interest.\n\n"
        f"Open my interview page:\n{LINK}\n\n"
        "Kind regards,\nRui Martins\nRecruiter\nrui@example.com\n"
    )


@pytest.mark.parametrize("case", [booked(ordinary()), booked(extreme()), booked(extreme(), link=None)])
def test_both_forms_of_a_letter_say_the_same(case: Case) -> None:
    letter = letters.itinerary(case, link=LINK)
    words = seen(letter.html)[0]
    for meeting in itinerary(case).meetings:
        for said in (
            meeting.title,
            meeting.prepare,
            meeting.time,
            *meeting.topics,
            *(host.name for host in meeting.hosts),
        ):
            assert " ".join(said.split()) in words
            assert said in letter.text


def test_markup_in_a_name_stays_a_name() -> None:
    letter = letters.itinerary(booked(extreme()), link=LINK)
    assert "<b>" not in letter.html
    assert "&lt;b&gt;" in letter.html


def test_a_subject_is_one_line_of_bounded_length() -> None:
    case = extreme()
    case = replace(case, opening=replace(case.opening, title="Data\r\nBcc: eve@example.net " + "x" * 500))
    for letter in _all(case):
        assert letter.subject.isprintable()
        assert len(letter.subject) < 150


def _all(case: Case) -> list[Letter]:
    there = booked(case)
    return [
        letters.availability(case, link=LINK),
        letters.itinerary(there, link=LINK),
        letters.cancelled(there, link=LINK),
    ]


def test_a_new_time_is_said_first() -> None:
    case = booked(ordinary())
    letter = letters.itinerary(replace(case, loop=replace(case.loop, attempt=2)), link=LINK)
    assert letter.subject == "New times for your interviews for Senior data scientist: Tuesday 24 November 2026"
    assert letter.text.split("\n\n")[1] == (
        "The times of your interviews for the role of Senior data scientist have changed. Please go by what follows; what "
        "we sent before no longer holds."
    )


def test_a_letter_that_came_too_late_is_not_sent() -> None:
    asked, there = ordinary(), booked(ordinary())
    given = replace(asked, loop=replace(asked.loop, windows=(Span(DAY, DAY + timedelta(hours=3)),)))
    moved = replace(there, loop=replace(there.loop, booked_at=None, sessions=(), seats=()))
    ended = replace(there, loop=replace(there.loop, cancelled=Ended(NOW, "rui", "x")))
    ended_early = replace(asked, loop=replace(asked.loop, cancelled=Ended(NOW, "rui", "x")))
    kinds = (Kind.MAIL_AVAILABILITY, Kind.MAIL_ITINERARY, Kind.MAIL_CANCELLED)
    assert [[letters.letter_for(kind, case, link=LINK) for kind in kinds] for case in (asked, given, there, moved, ended, ended_early)] == [
        [letters.availability(asked, link=LINK), None, None],
        [None, None, None],
        [letters.availability(there, link=LINK), letters.itinerary(there, link=LINK), None],
        [letters.availability(moved, link=LINK), None, None],
        [None, None, letters.cancelled(ended, link=LINK)],
        [None, None, letters.cancelled(ended_early, link=LINK)],
    ]  # fmt: skip


def test_other_deliveries_are_no_letters() -> None:
    with pytest.raises(ValueError, match=r"slack\.brief is not a letter"):
        letters.letter_for(Kind.BRIEF, ordinary(), link=LINK)


# ---- what must not be said ----------------------------------------------------------------------------------------


def test_nobody_is_named_before_they_said_that_they_have_no_conflict() -> None:
    case = booked(ordinary())
    loop = replace(
        case.loop,
        attestations=(
            *(said for said in case.loop.attestations if said.person not in {"ana", "max"}),
            Attestation("max", Answer.CONFLICT, NOW),
        ),
        barred=(Barred("lee", NOW),),
    )
    plan = itinerary(replace(case, loop=loop))
    assert [[host.name for host in meeting.hosts] for meeting in plan.meetings] == [
        [],
        ["Sam O’Neill"],
        ["Rui Martins"],
    ]


def test_letters_and_calendar_are_the_same_whatever_stands_behind_the_scenes() -> None:
    plain = booked(ordinary())
    loud = replace(
        plain.loop,
        seats=tuple(replace(seat, why=Why("ana", "SECRET", (("kim", "SECRET"),))) for seat in plain.loop.seats),
        barred=(Barred("kim", NOW),),
        repairs=(Repair(3, NOW, because=("SECRET",)),),
        refilling=3,
    )
    secret = replace(plain, loop=loud, candidate=replace(plain.candidate, accommodation="SECRET", employer="SECRET"))
    assert _all(secret) == _all(plain)
    assert calendar_file(secret, now=NOW) == calendar_file(plain, now=NOW)


# ---- days, breaks, places -----------------------------------------------------------------------------------------


def test_days_and_times_are_the_candidates_own() -> None:
    case = booked(ordinary())
    tokyo = replace(case, candidate=replace(case.candidate, zone="Asia/Tokyo"))
    plan = itinerary(tokyo)
    assert [(day.title, day.time, day.zone) for day in plan.days] == [
        ("Tuesday 24 November 2026", "23:00–00:45 (the next day)", "Tokyo time (UTC+9)"),
        ("Wednesday 25 November 2026", "03:00–03:15", "Tokyo time (UTC+9)"),
    ]
    assert [row.time for row in plan.days[0].rows] == ["23:00–23:30", "23:30–23:45", "23:45–00:45 (the next day)"]


@pytest.mark.parametrize(
    ("lunch", "kinds"),
    [(Lunch(), ["Break", "Lunch break"]), (None, ["Break", "Break"]), (Lunch(minutes=100), ["Break", "Break"])],
)
def test_a_gap_is_lunch_when_lunch_fits_into_it_at_lunchtime(lunch: Lunch | None, kinds: list[str]) -> None:
    case = booked(ordinary())
    plan = itinerary(replace(case, loop=replace(case.loop, plan=replace(case.loop.plan, lunch=lunch))))
    assert [str(row.kind) for row in plan.days[0].rows if isinstance(row, Rest)] == kinds


def test_a_gap_of_a_few_minutes_is_not_called_a_break() -> None:
    case = booked(ordinary())
    talk, coding, end = case.loop.sessions
    close = replace(coding, start=talk.end + timedelta(minutes=4))
    plan = itinerary(replace(case, loop=replace(case.loop, sessions=(talk, close, end))))
    assert [type(row).__name__ for row in plan.days[0].rows] == ["Meeting", "Meeting", "Rest", "Meeting"]


def test_a_link_that_is_no_web_address_is_not_offered() -> None:
    letter = letters.itinerary(booked(ordinary(), link="javascript:alert(1)"), link=LINK)
    assert "javascript" not in letter.html + letter.text
    assert "Where to join follows, and will stand on your page." in letter.text


def test_different_places_stand_with_each_interview() -> None:
    case = booked(ordinary())
    sessions = tuple(replace(s, link=f"https://meet.example.com/{s.id}") for s in case.loop.sessions)
    letter = letters.itinerary(replace(case, loop=replace(case.loop, sessions=sessions)), link=LINK)
    assert [link for link in seen(letter.html)[1] if "meet" in link] == [
        "https://meet.example.com/talk",
        "https://meet.example.com/coding",
        "https://meet.example.com/end",
    ]
    assert "  https://meet.example.com/coding\n" in letter.text


# ---- the calendar file --------------------------------------------------------------------------------------------


def _events(case: Case) -> list[icalendar.Event]:
    found = icalendar.Calendar.from_ical(calendar_file(case, now=NOW)).walk("VEVENT")
    return [event for event in found if isinstance(event, icalendar.Event)]


def test_the_calendar_file_holds_each_interview_and_no_link_to_the_page() -> None:
    case = booked(ordinary())
    assert [(str(event["SUMMARY"]), event.start, event.end, str(event["LOCATION"])) for event in _events(case)] == [
        (
            f"Interview: {title}",
            DAY + timedelta(minutes=a),
            DAY + timedelta(minutes=b),
            "https://meet.example.com/abc-defg",
        )
        for title, a, b in [("Presentation to the team", 0, 30), ("Coding with data", 45, 105), ("Wrap-up", 240, 255)]
    ]
    assert str(_events(case)[2]["DESCRIPTION"]) == (
        "With Rui Martins (Recruiter)\n\nQuestions? Rui Martins, rui@example.com"
    )
    assert b"/c/" not in calendar_file(case, now=NOW)


def test_a_later_file_moves_the_entries_of_an_earlier_one() -> None:
    case = booked(ordinary())
    changes: tuple[dict[str, int], ...] = ({}, {"revision": 2}, {"attempt": 2, "revision": 1})
    read = [_events(replace(case, loop=case.loop.with_(**changed))) for changed in changes]
    assert len({tuple(str(event["UID"]) for event in events) for events in read}) == 1
    sequences = [events[0].sequence for events in read]
    assert sequences == sorted(set(sequences))
