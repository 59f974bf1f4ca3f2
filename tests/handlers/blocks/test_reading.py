"""What a modal shows, its reader understands; what is missing or wrong is told at its field, and nothing typed is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from handlers import ids
from handlers.blocks import (
    attest,
    changes,
    decide,
    digest_settings,
    new_loop,
    pause,
    prefs,
    recuse,
    scorecard_modal,
    swap,
)
from handlers.blocks import windows as windows_
from handlers.blocks.windows import Window
from hiring.flows.self_service import Prefs
from hiring.model import Confidence, Ground, Hours, Outcome, Overall, Pause, Rating, Span
from tests.handlers.blocks import world
from tests.handlers.blocks.filling import submitted
from tests.handlers.blocks.world import NOW

WORLD = world.ordinary()
LOOP = WORLD.loop
RUBRIC = LOOP.plan.rubrics[0]
FULL = {
    "score:correctness": "4", "evidence:correctness": "All tests passed.",
    "score:clarity": scorecard_modal.NOT_ASSESSED, "evidence:clarity": "",
    "score:reasoning": "1", "evidence:reasoning": "Silent throughout.",
    "overall": "yes", "confidence": "low", "note": "Short day.",
}  # fmt: skip
FIELD, CARD = ids.FIELD, ids.SCORECARD_FIELD


def test_a_scorecard_comes_back_as_it_was_saved() -> None:
    view = submitted(scorecard_modal.scorecard_modal(LOOP, session="coding", fields=FULL))
    assert dict(scorecard_modal.fields(view)) == {name: value for name, value in FULL.items() if value}
    assert scorecard_modal.read(view, rubric=RUBRIC) == scorecard_modal.Filled(
        ratings=(
            Rating("correctness", 4, "All tests passed."),
            Rating("clarity", None, ""),
            Rating("reasoning", 1, "Silent throughout."),
        ),
        overall=Overall.YES,
        confidence=Confidence.LOW,
        note="Short day.",
    )


def test_an_empty_scorecard_is_told_what_is_missing_where() -> None:
    view = submitted(scorecard_modal.scorecard_modal(LOOP, session="coding", reset=2))
    choose = "Please choose a score, or “could not assess”."
    assert scorecard_modal.read(view, rubric=RUBRIC) == {
        "score:correctness#2": choose, "score:clarity#2": choose, "score:reasoning#2": choose,
        "overall#2": "Please say where you stand.", "confidence#2": "Please say how sure you are.",
    }  # fmt: skip


def test_a_stale_state_is_filled_from_what_was_saved() -> None:
    view = submitted(scorecard_modal.scorecard_modal(LOOP, session="coding"))
    filled = scorecard_modal.read(view, rubric=RUBRIC, saved=FULL.items())
    assert isinstance(filled, scorecard_modal.Filled)
    assert filled.ratings[0] == Rating("correctness", 4, "All tests passed.")


def test_a_submitted_scorecard_is_opened_again_with_what_it_said() -> None:
    card = WORLD.cards[2]
    fields = scorecard_modal.fields_of(card.ratings, overall=card.overall, confidence=card.confidence, note=card.note)
    filled = scorecard_modal.read(
        submitted(scorecard_modal.scorecard_modal(LOOP, session="coding", fields=fields, amend=True)), rubric=RUBRIC
    )
    assert filled == scorecard_modal.Filled(card.ratings, card.overall, card.confidence, card.note)


def test_one_step_is_known_by_its_field() -> None:
    action = {"block_id": "evidence:clarity#3", "action_id": CARD, "type": "plain_text_input", "value": "so far"}
    assert scorecard_modal.field_of(action) == ("evidence:clarity", "so far")


def _new(typed: new_loop.Typed) -> dict[str, object]:
    return new_loop.new_loop_modal(
        typed, openings=[("ds", "Data")], plans=[("p", "On-site"), ("q", "Short")], zone="Europe/Berlin"
    )


GROWN = new_loop.Typed(
    candidate=("jo", "Joana"), opening="ds", plan="q", windows=(Window(1, "2026-11-30", "09:00", "17:00"), Window(4))
)


def test_a_new_loop_is_read_with_windows_in_the_zone_shown() -> None:
    view = submitted(_new(GROWN))
    assert new_loop.typed(view) == GROWN
    start = datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert new_loop.read(view, zone="Europe/Berlin", now=NOW) == new_loop.NewLoop(
        candidate="jo", someone=None, opening="ds", plan="q", windows=(Span(start, start + timedelta(hours=8)),)
    )


def test_growing_and_errors_keep_what_was_typed() -> None:
    grown = new_loop.typed(submitted(_new(GROWN))).with_window()
    again = new_loop.new_loop_modal(
        grown, openings=[("ds", "Data")], plans=[("p", "On-site"), ("q", "Short")], zone="Europe/Berlin",
        errors={"window:1": "Please …"},
    )  # fmt: skip
    assert new_loop.typed(submitted(again)) == grown
    assert [window.number for window in grown.windows] == [1, 4, 5]
    assert [window.number for window in grown.without_window(4).windows] == [1, 5]


def test_somebody_new_is_read_and_what_is_missing_is_told() -> None:
    typed = new_loop.Typed(someone=True, opening="ds", plan="p")
    assert new_loop.read(submitted(_new(typed)), zone="UTC", now=NOW) == {
        "someone_name": "Please write the candidate's name.",
        "someone_email": "This does not look like an e-mail address. Please write one such as jo@example.org.",
        "someone_zone": "Please choose where the candidate's clock is.",
    }
    someone = {
        new_loop.NAME: {FIELD: "Jo  Doe"}, new_loop.EMAIL: {FIELD: "jo@example.org"}, new_loop.ZONE: {FIELD: "Asia/Tokyo"},
    }  # fmt: skip
    read = new_loop.read(submitted(_new(typed), someone), zone="UTC", now=NOW)
    assert read == new_loop.NewLoop(
        None, new_loop.Someone("Jo Doe", "jo@example.org", "", "Asia/Tokyo"), opening="ds", plan="p", windows=()
    )


def test_nothing_chosen_is_told_at_each_field() -> None:
    assert new_loop.read(submitted(_new(new_loop.Typed())), zone="UTC", now=NOW) == {
        "candidate": "Please choose a candidate, or press “Somebody new”.",
        "opening": "Please choose the opening.",
    }


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (Window(2, "2026-11-30", "09:00", ""), "Please choose a day, a start and an end, or remove this row."),
        (Window(2, "2026-11-30", "17:00", "09:00"), "The end must come after the start."),
        (Window(2, "2026-11-20", "09:00", "17:00"), "This lies in the past. Please choose a day to come."),
        (Window(2, "9999-12-31", "16:00", "00:00"), "Please choose a day within the next months."),
        (Window(2, "0001-01-01", "00:00", "01:00"), "Please choose a day within the next months."),
        (Window(2, "2026-12-01", "16:00", "18:00"), "This overlaps another row. Please change one of them."),
    ],
)
def test_a_row_that_will_not_do_says_so(row: Window, sentence: str) -> None:
    good = Window(1, "2026-12-01", "09:00", "17:00")
    assert windows_.read([good, row], zone="UTC", now=NOW) == {"window:2": sentence}


def test_known_windows_come_back_as_rows_also_over_midnight() -> None:
    late = Span(datetime(2026, 12, 1, 20, tzinfo=UTC), datetime(2026, 12, 2, 3, tzinfo=UTC))
    rows = windows_.from_spans([late], zone="UTC")
    assert rows == (Window(1, "2026-12-01", "20:00", "00:00"), Window(2, "2026-12-02", "00:00", "03:00"))
    read = windows_.read(rows, zone="UTC", now=NOW)
    assert read == (
        Span(late.start, datetime(2026, 12, 2, tzinfo=UTC)),
        Span(datetime(2026, 12, 2, tzinfo=UTC), late.end),
    )


def test_a_conflict_needs_a_ground_and_no_explanation() -> None:
    view = attest.conflict_modal(LOOP)
    assert attest.read_conflict(submitted(view)) == {"ground": "Please choose what fits best."}
    read = attest.read_conflict(submitted(view, {"ground": {FIELD: "managed"}}))
    assert read == attest.Conflict(Ground.MANAGED, "")


def test_a_note_that_is_too_long_is_told_and_not_cut() -> None:
    view = submitted(attest.unsure_modal(LOOP))
    view["state"]["values"]["note"][FIELD]["value"] = "x" * 5000
    assert attest.read_unsure(view) == {"note": "Please shorten this to 3,000 characters; it has 5,000."}


def test_stepping_aside_from_one_loop_or_one_of_several() -> None:
    one, many = [LOOP], [LOOP, LOOP.with_(id="l2")]
    ground = {"ground": {FIELD: "family"}}
    known = {WORLD.candidate.id: WORLD.candidate}
    assert recuse.read(submitted(recuse.recuse_modal(one, candidates=known), ground)) == recuse.Recusal(
        "l1", Ground.FAMILY, ""
    )
    several = recuse.recuse_modal(many, candidates=known)
    assert recuse.read(submitted(several, ground)) == {"loop": "Please choose a loop."}
    chosen = ground | {"loop": {FIELD: "l2"}}
    assert recuse.read(submitted(several, chosen)) == recuse.Recusal("l2", Ground.FAMILY, "")
    handed = submitted(swap.swap_modal(one, candidates=known), {"reason": {FIELD: "Ill."}})
    assert swap.read(handed) == swap.Swap("l1", "Ill.")


def test_a_decision_needs_a_reason() -> None:
    view = decide.decide_modal(LOOP, candidate=WORLD.candidate, owner=WORLD.people["hana"], known="")
    assert decide.read_decide(submitted(view)) == {
        "outcome": "Please choose one.", "reason": "Please give the job-related reason in a sentence.",
    }  # fmt: skip
    typed = {"outcome": {FIELD: "hold"}, "reason": {FIELD: "We must see code first."}}
    assert decide.read_decide(submitted(view, typed)) == decide.Decided(Outcome.HOLD, "We must see code first.", "")


def test_a_change_needs_a_reason() -> None:
    view = changes.replace_modal(LOOP, people=WORLD.people)
    assert changes.read_replace(submitted(view)) == {
        "person": "Please choose a person.", "reason": "Please give a reason in a few words.",
    }  # fmt: skip
    typed = {"person": {FIELD: "lee"}, "reason": {FIELD: " Ill "}}
    assert changes.read_replace(submitted(view, typed)) == changes.Replacement("lee", "Ill")
    cancelled = submitted(changes.cancel_modal(LOOP, candidate=WORLD.candidate), {"reason": {FIELD: "Withdrew"}})
    assert changes.read_cancel(cancelled) == "Withdrew"


def test_a_pause_lasts_to_its_last_day_included() -> None:
    view = submitted(pause.pause_modal(WORLD.rater, today=date(2026, 11, 23)))
    assert pause.read(view) == Pause(date(2026, 11, 23), date(2026, 12, 1), "")
    wrong = submitted(pause.pause_modal(WORLD.rater, today=date(2026, 11, 23), fields={"until": "2026-11-20"}))
    assert pause.read(wrong) == {"until": "The last day must not lie before the first."}
    for never in ("9999-12-31", "0001-01-01"):
        typed = {"until": {FIELD: never}, "from": {FIELD: never}}
        assert pause.read(submitted(view, typed)) == {
            "from": "Please choose the first day.", "until": "Please choose the last day.",
        }  # fmt: skip


def test_preferences_come_back_as_they_are_set() -> None:
    person = WORLD.rater
    assert prefs.read(submitted(prefs.prefs_modal(person))) == Prefs(person.hours, 120, 240, 15)
    none = {"day_cap": {FIELD: ""}, "week_cap": {FIELD: ""}}
    assert prefs.read(submitted(prefs.prefs_modal(person), none)) == Prefs(person.hours, None, None, 15)
    view = submitted(prefs.prefs_modal(person), {"hours": {FIELD: "whenever"}, "day_cap": {FIELD: "9999"}})
    assert prefs.read(view) == {
        "hours": "“whenever” is not clear to me. Please write it like “Mon-Fri 09:00-17:00”.",
        "day_cap": "Please write whole minutes from 0 to 1,440, or nothing for no limit.",
    }


def test_a_day_can_not_hold_more_than_its_week() -> None:
    view = submitted(prefs.prefs_modal(WORLD.rater), {"day_cap": {FIELD: "300"}, "week_cap": {FIELD: "240"}})
    assert prefs.read(view) == {
        "day_cap": "A day can't hold more than the week does. Please lower this, or raise the week's minutes."
    }


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("Mon-Fri 9:00-17:00", [0, 1, 2, 3, 4]),
        ("mon, wed 9-17", [0, 2]),
        ("monday, Wed 09:00 to 17:00", [0, 2]),
        ("Sat – Mon 09:00–17:00", [0, 5, 6]),
        ("fri 09:00 - 17:00\n\nSUN 09:00-17:00", [4, 6]),
    ],
)
def test_working_hours_are_understood_as_people_write_them(written: str, days: list[int]) -> None:
    assert prefs.parsed(written) == tuple(Hours(day, time(9), time(17)) for day in days)


@pytest.mark.parametrize(
    "written", ["", "Mon 25:00-26:00", "Mon-Tue-Wed 09:00-17:00", "Xyz 09:00-17:00", "Mon 9-25", "Mon 9-5", "Mon 9-5pm", "Mon" + " " * 300 + "09:00-17:00"]
)  # fmt: skip
def test_working_hours_that_are_not_clear_get_a_sentence(written: str) -> None:
    assert isinstance(prefs.parsed(written), str)


def test_hours_written_are_hours_read() -> None:
    hours = (*(Hours(day, time(8, 30), time(12)) for day in (0, 1, 2, 4)), Hours(5, time(22), time(6)))
    assert prefs.written(hours) == "Mon-Wed, Fri 08:30-12:00\nSat 22:00-06:00"
    assert prefs.parsed(prefs.written(hours)) == hours


def test_a_digest_needs_a_channel_unless_it_is_off() -> None:
    view = digest_settings.digest_modal([WORLD.opening])
    assert digest_settings.read(submitted(view)) == digest_settings.DigestWish("ds", "C0000001", 9, "Europe/Berlin")
    no_channel = {"channel": {FIELD: None}}
    assert digest_settings.read(submitted(view, no_channel)) == {
        "channel": "Please choose the channel it should appear in."
    }
    off = no_channel | {"hour": {FIELD: "off"}}
    assert digest_settings.read(submitted(view, off)) == digest_settings.DigestWish("ds", None, None, "Europe/Berlin")
