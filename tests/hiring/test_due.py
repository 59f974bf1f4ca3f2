"""What is due: when each kind of delivery appears, when it does not, and that its key says what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from hiring.model import (
    Answer,
    Attestation,
    Decision,
    Ended,
    Hours,
    Kind,
    Left,
    Loop,
    Nudge,
    Outcome,
    Pause,
    Planning,
    Repair,
    Snooze,
    StoodDown,
)
from hiring.rules.recusal import attest
from tests.hiring import facts
from tests.hiring.facts import CODING, END, due_at, hours, keys
from tests.hiring.worlds import ANA, NOW

BRIEFS = ["brief/ana", "brief/lee"]


def plain(loop: Loop, now: datetime) -> list[str]:
    """Keys with their fingerprints and instants cut off."""
    return [cut(key) for key in keys(loop, now)]


def cut(key: str) -> str:
    parts = key.split("/")
    return "/".join(part for part in parts if not (len(part) == 12 and all(c in "0123456789abcdef" for c in part)))


def test_without_windows_the_candidate_is_asked_once() -> None:
    loop = replace(facts.wished(), windows=(), planning=None, asked_availability_at=NOW)
    assert keys(loop, NOW) == keys(loop, NOW + hours(900)) == ["availability/20261123T090000.000000"]
    assert keys(replace(loop, windows=facts.wished().windows), NOW) == []


def test_planning_asks_the_engine_then_tells_the_recruiter() -> None:
    assert keys(facts.wished(), NOW) == ["engine/1"]
    assert keys(facts.optioned(), NOW) == ["options/1"]
    assert keys(replace(facts.wished(), planning=Planning(2, NOW, NOW)), NOW) == ["unplannable/2"]


def test_times_are_looked_for_again_every_three_working_hours_while_there_are_windows_to_come() -> None:
    loop = replace(facts.wished(), planning=Planning(2, NOW, NOW))
    told = ["unplannable/2"]
    assert keys(loop, NOW + hours(2.9)) == told
    assert keys(loop, NOW + hours(3)) == [*told, "engine/2/again/1"]
    assert keys(loop, NOW + hours(6)) == [*told, "engine/2/again/2"]
    assert keys(loop, NOW + hours(14)) == told  # the recruiter's night
    assert keys(loop, max(window.end for window in loop.windows)) == told


def test_options_found_later_end_the_message_that_there_are_none() -> None:
    loop = replace(facts.optioned(), planning=Planning(1, NOW, NOW + hours(3), (facts.OPTION,), missed=NOW))
    assert keys(loop, NOW + hours(3)) == ["unplannable/1", "unplannable/1/over", "options/1"]


def test_what_a_delivery_is_made_of() -> None:
    (asked,) = due_at(facts.optioned(), NOW)
    assert (asked.key, asked.kind, asked.to, asked.refs, asked.updates, asked.thread, asked.priority) == (
        "L1/options/1", Kind.OPTIONS, "rita", (("loop", "L1"), ("number", "1")), None, None, 3,
    )  # fmt: skip


def test_the_panel_is_asked_and_asked_again_on_each_persons_working_hours() -> None:
    loop = facts.chosen()
    asks = ["options/1", "options/1/picked", "attest/ana", "attest/lee"]
    assert keys(loop, NOW) == keys(loop, NOW + timedelta(minutes=119)) == asks
    again = ["options/1", "options/1/picked", "attest/ana", "attest/ana/remind/1", "attest/lee", "attest/lee/remind/1"]
    assert keys(loop, NOW + timedelta(minutes=120)) == again
    # NOW is ten o'clock on a Monday in Berlin: eight hours of work are over on Tuesday at ten.
    assert keys(loop, NOW + timedelta(hours=23, minutes=59)) == again
    assert [key for key in keys(loop, NOW + hours(24)) if "remind" in key] == [
        "attest/ana/remind/2",
        "attest/lee/remind/2",
    ]


def test_whoever_has_answered_is_not_asked_again() -> None:
    loop = attest(facts.chosen(), "ana", Answer.NO_CONFLICT, now=NOW)
    assert [key for key in keys(loop, NOW + hours(24)) if "attest" in key] == [
        "attest/lee", "attest/lee/remind/2", "attest/ana/said/1",
    ]  # fmt: skip


def test_once_it_is_answered_the_reminders_before_it_no_longer_ask() -> None:
    loop = attest(facts.chosen(), "ana", Answer.NO_CONFLICT, now=NOW + hours(24))
    mine = [(one.key.removeprefix("L1/"), one.updates) for one in due_at(loop, NOW + hours(24)) if one.to == "ana"]
    assert mine == [
        ("attest/ana/said/1", "L1/attest/ana"),
        ("attest/ana/remind/1/said/1", "L1/attest/ana/remind/1"),
        ("attest/ana/remind/2/said/1", "L1/attest/ana/remind/2"),
    ]


def test_unsure_goes_to_the_recruiter_and_is_brought_up_to_date_when_judged() -> None:
    unsure = attest(facts.chosen(), "ana", Answer.UNSURE, now=NOW)
    assert [key for key in keys(unsure, NOW) if "ana" in key] == ["attest/ana/said/1", "unsure/ana/1"]
    cleared = attest(unsure, "ana", Answer.NO_CONFLICT, now=NOW)
    assert [key for key in keys(cleared, NOW) if "ana" in key] == [
        "attest/ana/said/1", "unsure/ana/1", "unsure/ana/1/judged", "attest/ana/said/2",
    ]  # fmt: skip


def test_an_empty_seat_is_refilled_and_only_then_booked() -> None:
    gone = attest(facts.attested(), "ana", Answer.CONFLICT, now=NOW)
    assert [key for key in keys(gone, NOW) if key.split("/")[0] in {"refill", "book"}] == ["refill/1"]
    assert [key for key in keys(facts.attested(), NOW) if key.split("/")[0] in {"refill", "book"}] == ["book/1"]


def test_booked_tells_the_recruiter_the_panel_and_the_candidate() -> None:
    said = ["attest/ana/said/1", "attest/lee/said/2"]
    assert plain(facts.booked(), NOW) == [
        "options/1", "options/1/picked", *said, "booked/1", *BRIEFS, "itinerary",
    ]  # fmt: skip


def test_a_new_person_is_synced_at_once_and_nobody_is_briefed_before_they_answer() -> None:
    gone = attest(facts.booked(), "ana", Answer.CONFLICT, now=NOW)
    filled = replace(gone, seats=(replace(facts.SEATS[0], person="max"), facts.SEATS[1]))
    assert [key for key in plain(filled, NOW) if key.split("/")[0] in {"booked", "sync", "brief", "itinerary"}] == [
        "booked/1", "sync/1.2", "booked/1.2",
    ]  # fmt: skip
    answered = attest(filled, "max", Answer.NO_CONFLICT, now=NOW)
    assert [key for key in plain(answered, NOW) if key.split("/")[0] in {"sync", "brief", "itinerary"}] == [
        "sync/1.3", "brief/max", "brief/lee", "itinerary",
    ]  # fmt: skip


def test_a_brief_is_new_only_for_those_whose_part_changed() -> None:
    before = [key for key in keys(facts.booked(), NOW) if key.startswith("brief/")]
    gone = attest(facts.booked(), "ana", Answer.CONFLICT, now=NOW)
    filled = replace(gone, seats=(replace(facts.SEATS[0], person="max"), facts.SEATS[1]))
    after = [key for key in keys(attest(filled, "max", Answer.NO_CONFLICT, now=NOW), NOW) if key.startswith("brief/")]
    assert (after[1], after[0].split("/")[1]) == (before[1], "max")


def test_stepping_aside_after_booking_is_answered_and_after_it_nothing_more() -> None:
    gone = attest(facts.booked(), "ana", Answer.CONFLICT, now=NOW)
    ana = [(one.kind, one.key.removeprefix("L1/")) for one in due_at(gone, END + hours(200)) if one.to == "ana"]
    assert ana == [
        (Kind.ATTEST_ASK, "attest/ana/said/1"),
        (Kind.ATTEST_ASK, "attest/ana/said/3"),
        (Kind.STOOD_DOWN, "stood_down/ana/20261123T090000.000000"),
    ]


def test_earlier_attempts_are_cleared_from_the_calendars() -> None:
    loop = replace(facts.wished(), attempt=3, stood_down=(StoodDown("ana", NOW, "rescheduled"),))
    at = "20261123T090000.000000"
    assert keys(loop, NOW) == ["engine/1", "clear/1", "clear/2", f"moved/{at}", f"stood_down/ana/{at}"]


def refills(loop: Loop, now: datetime) -> list[str]:
    return [key for key in keys(loop, now) if key.split("/")[0] in {"refill", "repair"}]


def test_a_seat_that_nobody_can_take_is_told_once_and_looked_for_every_hour() -> None:
    gone = attest(facts.booked(), "ana", Answer.CONFLICT, now=NOW)
    told = replace(gone, repairs=(Repair(1, NOW, because=("nobody holds coding",)),))
    at = "20261123T090000.000000"
    assert refills(told, NOW + timedelta(minutes=59)) == ["refill/1", "repair/0"]
    assert refills(told, NOW + timedelta(minutes=61)) == ["refill/1", f"refill/1/again/{at}/1", "repair/0"]
    again = replace(told, repairs=(*told.repairs, Repair(1, NOW + hours(1), because=("all are busy",))))
    assert refills(again, NOW + hours(1)) == ["refill/1", "repair/0", "repair/0/over", "repair/1"]


@pytest.mark.parametrize(
    "ends",
    [
        {"seats": facts.SEATS},
        {"refilling": 2},
        {"sessions": (), "seats": ()},
        {"cancelled": Ended(NOW, "rita", "filled")},
    ],
)
def test_what_was_told_of_an_empty_seat_is_over_with_it(ends: dict[str, Any]) -> None:
    gone = attest(facts.booked(), "ana", Answer.CONFLICT, now=NOW)
    told = replace(gone, repairs=(Repair(1, NOW),))
    assert "repair/0/over" in refills(replace(told, **ends), NOW)
    assert "repair/0/over" not in refills(told, NOW)


def asks(loop: Loop, person: str = "ana") -> list[tuple[str, str | None]]:
    found = [(one.key, one.updates) for one in due_at(loop, NOW) if one.to == person and "attest" in one.key]
    return [(key.removeprefix("L1/"), updates and updates.removeprefix("L1/")) for key, updates in found]


def test_a_question_is_taken_back_with_its_seat_and_put_anew_with_another() -> None:
    out = replace(facts.optioned(), left=(Left("ana", NOW),))
    closed = [
        ("attest/ana/left/1", "attest/ana"),
        ("attest/ana/remind/1/left", "attest/ana/remind/1"),
        ("attest/ana/remind/2/left", "attest/ana/remind/2"),
    ]
    assert asks(out) == closed
    back = replace(facts.chosen(), left=(Left("ana", NOW),))
    assert asks(back) == [("attest/ana/again/1", None), *closed]
    answered = attest(back, "ana", Answer.NO_CONFLICT, now=NOW + hours(1))
    assert asks(answered) == [("attest/ana/said/1", "attest/ana/again/1"), *closed]


def test_an_answer_outlives_the_seat_and_only_its_message_changes() -> None:
    out = replace(facts.attested(), sessions=(), seats=(), left=(Left("ana", NOW + hours(1)),))
    assert asks(out) == [("attest/ana/said/1", "attest/ana"), ("attest/ana/left/1", "attest/ana")]


def test_a_cancelled_loop_takes_back_its_open_questions() -> None:
    ended = replace(facts.chosen(), cancelled=Ended(NOW, "rita", "filled"))
    assert asks(ended)[0] == ("attest/ana/cancelled", "attest/ana")


def test_a_cancelled_loop_tells_everybody_and_clears_everything() -> None:
    ended = Ended(NOW, "rita", "filled")
    assert keys(replace(facts.booked(), cancelled=ended, attempt=2), NOW) == [
        "clear/1", "clear/2", "cancelled/ana", "cancelled/lee", "cancelled/mail",
    ]  # fmt: skip
    assert keys(replace(facts.wished(), cancelled=ended), NOW) == []


# ---- scorecards ---------------------------------------------------------------------------------------------------


def cards(loop: Loop, now: datetime) -> list[str]:
    return [key for key in keys(loop, now) if key.startswith("card/")]


def test_a_scorecard_is_asked_for_when_its_own_interview_ends() -> None:
    loop = facts.booked()
    assert cards(loop, CODING.end - timedelta(seconds=1)) == []
    assert cards(loop, CODING.end) == ["card/coding/ana"]
    assert cards(loop, END) == ["card/coding/ana", "card/talk/lee"]


def test_nothing_is_asked_of_a_loop_that_is_not_booked() -> None:
    assert cards(facts.attested(), END + hours(99)) == []


@pytest.mark.parametrize(
    ("passed", "rung"), [(59, None), (60, 1), (60 + 5 * 60 - 1, 1), (60 + 5 * 60, None)]
)  # 11:00 in Berlin at the end; six more hours of that day, after which nobody is reminded of anything
def test_the_ladder_on_the_same_day(passed: int, rung: int | None) -> None:
    found = [key for key in cards(facts.booked(), CODING.end + timedelta(minutes=passed)) if "ana/remind" in key]
    assert found == ([] if rung is None else [f"card/coding/ana/remind/{rung}"])


def test_a_friday_evening_interview_is_reminded_of_on_monday() -> None:
    end = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)  # Friday, half past five in Berlin: after hours
    friday = replace(CODING, start=end - hours(1), end=end)
    loop = replace(facts.booked(), sessions=(friday,), seats=facts.SEATS[:1])
    assert cards(loop, end) == ["card/coding/ana"]
    assert cards(loop, datetime(2026, 11, 30, 8, 59, tzinfo=UTC)) == ["card/coding/ana"]
    assert cards(loop, datetime(2026, 11, 30, 9, 0, tzinfo=UTC)) == ["card/coding/ana", "card/coding/ana/remind/1"]


@pytest.mark.parametrize(
    ("friday", "monday"),
    [
        (datetime(2026, 3, 27, 16, 0, tzinfo=UTC), datetime(2026, 3, 30, 8, 0, tzinfo=UTC)),  # the clock goes forward
        (datetime(2026, 10, 23, 15, 0, tzinfo=UTC), datetime(2026, 10, 26, 9, 0, tzinfo=UTC)),  # and back
    ],
)
def test_over_a_weekend_on_which_the_clock_changes(friday: datetime, monday: datetime) -> None:
    """Five in the afternoon on Friday, and one working hour later: ten on Monday, whatever that is in UTC."""
    loop = replace(
        facts.booked(), sessions=(replace(CODING, start=friday - hours(1), end=friday),), seats=facts.SEATS[:1]
    )
    assert cards(loop, monday - timedelta(minutes=1)) == ["card/coding/ana"]
    assert cards(loop, monday) == ["card/coding/ana", "card/coding/ana/remind/1"]


def test_a_rater_who_is_on_holiday_or_paused_is_left_in_peace() -> None:
    day = date(2026, 11, 25)
    off = replace(ANA, holidays=(day,), pauses=(Pause(day + timedelta(days=1), day + timedelta(days=8)),))
    quiet = [key for key in keys(facts.booked(), END + hours(24 * 6), ana=off) if key.startswith("card/coding")]
    assert quiet == ["card/coding/ana"]


def test_a_rater_at_the_other_end_of_the_world_is_reminded_in_their_morning() -> None:
    far = replace(ANA, zone="Asia/Kolkata")  # half past three in the afternoon there when the interview ends
    late = replace(far, hours=tuple(Hours(day, time(9), time(15)) for day in range(5)))
    morning = datetime(2026, 11, 26, 4, 30, tzinfo=UTC)  # ten o'clock there
    assert "card/coding/ana/remind/1" not in keys(facts.booked(), morning - timedelta(minutes=1), ana=late)
    assert "card/coding/ana/remind/1" in keys(facts.booked(), morning, ana=late)


def test_a_snooze_keeps_quiet_until_its_end_and_then_asks_once() -> None:
    until = CODING.end + hours(3)
    loop = replace(facts.booked(), snoozes=(Snooze("coding", "ana", until),))
    mine = [key for key in cards(loop, until - timedelta(seconds=1)) if "ana" in key]
    assert mine == ["card/coding/ana"]
    again = "card/coding/ana/again/20261125T130000.000000"
    assert [key for key in cards(loop, until) if "ana" in key] == ["card/coding/ana", again]
    assert [key for key in cards(loop, until + hours(1)) if "ana" in key] == [
        "card/coding/ana", again, "card/coding/ana/remind/1",
    ]  # fmt: skip


def test_a_scorecard_that_is_in_is_thanked_for_and_not_asked_again() -> None:
    loop = facts.handed_in(("coding", "ana"))
    assert cards(loop, END + hours(196)) == [
        "card/talk/lee", "card/talk/lee/remind/3", "card/coding/ana/in/20261125T104500.000000",
    ]  # fmt: skip


def test_once_a_scorecard_is_in_the_reminders_before_it_no_longer_ask() -> None:
    loop = facts.handed_in(("coding", "ana"))
    late = replace(loop.submitted[0], at=CODING.end + hours(4))
    snooze = Snooze("coding", "ana", CODING.end + hours(3))
    mine = [
        (one.key.removeprefix("L1/"), one.updates)
        for one in due_at(replace(loop, submitted=(late,), snoozes=(snooze,)), END + hours(5))
        if one.to == "ana" and one.kind is Kind.SCORECARD_REMIND
    ]
    assert mine == [
        ("card/coding/ana/remind/1/in", "L1/card/coding/ana/remind/1"),
        ("card/coding/ana/again/20261125T130000.000000/in", "L1/card/coding/ana/again/20261125T130000.000000"),
    ]


def test_a_void_scorecard_is_not_thanked_for() -> None:
    loop = facts.handed_in(("coding", "ana"))
    void = replace(loop, submitted=(replace(loop.submitted[0], void=True),), seats=facts.SEATS[1:])
    assert [key for key in cards(void, END) if "ana" in key] == []


# ---- release and decision -----------------------------------------------------------------------------------------


def later(loop: Loop, now: datetime) -> list[tuple[str, str]]:
    words = ("released", "summary", "decide", "decision", "next")
    found = [(one.key.removeprefix("L1/"), one.to) for one in due_at(loop, now)]
    return [one for one in found if one[0].split("/")[0] in words]


RELEASED = [
    ("released/ana", "ana"),
    ("released/lee", "lee"),
    ("summary", "hans"),
    ("summary/link", "#C1"),
]


def test_release_opens_to_the_panel_the_manager_and_the_channel() -> None:
    assert later(facts.released(), END) == RELEASED


def test_a_late_card_and_an_amendment_bring_the_summary_up_to_date() -> None:
    loop = facts.released()
    amended = replace(loop, submitted=(replace(loop.submitted[0], amended_at=END + hours(1)), loop.submitted[1]))
    assert later(amended, END) == [*RELEASED[:3], ("summary/late/1", "hans"), RELEASED[3]]


def test_the_decision_is_asked_for_on_the_managers_clock() -> None:
    # Released at 11:45 on Wednesday in Berlin: eight working hours later it is Thursday, 11:45.
    assert later(facts.released(), END + hours(24) - timedelta(minutes=1)) == RELEASED
    assert later(facts.released(), END + hours(24)) == [*RELEASED, ("decide/remind/1", "hans")]
    assert later(facts.released(), END + hours(24 * 5)) == [*RELEASED, ("decide/remind/2", "hans")]


def test_a_decision_goes_to_the_panel_in_its_thread_and_ends_the_reminders() -> None:
    loop = replace(facts.released(), decision=Decision(Outcome.HOLD, "x" * 20, "hans", END))
    at = "20261125T104500.000000"
    assert later(loop, END + hours(500)) == [
        *RELEASED,
        (f"decision/{at}/ana", "ana"),
        (f"decision/{at}/lee", "lee"),
        (f"decision/{at}/summary", "hans"),
        (f"next/{at}", "rita"),
    ]
    assert {one.thread for one in due_at(loop, END) if one.kind is Kind.DECISION} == {
        "L1/released/ana", "L1/released/lee",
    }  # fmt: skip


def test_each_nudge_is_a_message_of_its_own() -> None:
    first, second = Nudge("ana", "scorecard", "rita", END), Nudge("ana", "scorecard", "hans", END + hours(1))
    loop = replace(facts.booked(), nudges=(first, second))
    assert [key for key in keys(loop, END) if key.startswith("nudge/")] == [
        "nudge/ana/scorecard/20261125T104500.000000", "nudge/ana/scorecard/20261125T114500.000000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("about", "done"),
    [
        ("attestation", facts.booked()),
        ("scorecard", facts.handed_in(("coding", "ana"))),
        ("decision", replace(facts.released(), decision=Decision(Outcome.HOLD, "x" * 20, "hans", END))),
    ],
)
def test_a_nudge_is_brought_up_to_date_once_nobody_is_awaited(about: str, done: Loop) -> None:
    loop = replace(done, nudges=(Nudge("ana", about, "rita", END),))
    told = [(one.key.removeprefix("L1/"), one.updates) for one in due_at(loop, END) if one.kind is Kind.NUDGE]
    sent = f"nudge/ana/{about}/20261125T104500.000000"
    assert told == [(sent, None), (f"{sent}/done", f"L1/{sent}")]


@pytest.mark.parametrize("make", [facts.wished, facts.chosen, facts.booked, facts.released])
def test_asked_twice_it_says_the_same_and_every_key_is_its_own(make: object) -> None:
    loop: Loop = make()  # type: ignore[operator]  # one of the makers above
    for passed in (0, 1, 24, 24 * 30):
        first = due_at(loop, END + hours(passed))
        assert first == due_at(loop, END + hours(passed))
        assert len({one.key for one in first}) == len(first)


def test_what_was_due_once_stays_due_or_is_superseded_by_a_later_rung() -> None:
    """Level-triggered: a pass after any silence brings every key that passes in between would have, but lower rungs."""
    loop = facts.booked()
    seen: set[str] = set()
    for passed in range(24 * 6):
        seen |= set(keys(loop, END + hours(passed)))
    missed = seen - set(keys(loop, END + hours(24 * 6 - 1)))
    assert missed == {f"card/{who}/remind/{rung}" for who in ("coding/ana", "talk/lee") for rung in (1, 2)}


def test_people_who_answered_unsure_are_not_reminded_but_the_recruiter_waits() -> None:
    loop = replace(facts.chosen(), attestations=(Attestation("lee", Answer.UNSURE, NOW),))
    assert [key for key in keys(loop, NOW + hours(24)) if "lee" in key] == ["attest/lee/said/1", "unsure/lee/1"]
