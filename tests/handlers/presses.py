"""Everything that can be pressed, typed or handed in, each with a reference to a loop, and whom it is allowed.

`changes` are those for whom it writes something, `shown` those who get to see something, `silent` those for whom nothing
happens because nothing is meant to. Everybody else is refused, in a sentence; only those `in_charge` may be told why with
the candidate named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers import ids
from tests.handlers import rig
from tests.handlers.company import AFTER, LATER
from tests.hiring.worlds import NOW

Body = dict[str, Any]
LONG = "They found the duplicate rows, said why, and wrote a test for it."
KNOWN = frozenset(
    {"panel", "off panel", "recused", "other manager", "manager", "recruiter", "other recruiter", "auditor", "admin"}
)
RECRUITERS = frozenset({"recruiter", "other recruiter"})
LEADS = RECRUITERS | {"manager"}
OPENERS = frozenset({"recruiter", "manager", "admin"})
FOLLOWERS = LEADS | {"admin"}
PANEL = frozenset({"panel"})
JUDGES = frozenset({"recruiter", "auditor"})
"""Who may read grounds: the recruiter in charge and the auditor."""
STARTERS = RECRUITERS | {"admin"}
OUTSIDERS = frozenset({"off panel", "other manager"})
"""To whom the loops here are as if they did not exist."""
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Press:
    """`id` is the action or callback id, or the command's word."""

    id: str
    make: Callable[[str], Body]
    changes: frozenset[str] = NOBODY
    shown: frozenset[str] = NOBODY
    silent: frozenset[str] = NOBODY
    in_charge: frozenset[str] = NOBODY
    now: datetime = NOW


def button(action_id: str, value: str = "", **outcome: Any) -> Press:
    return Press(action_id, lambda user: rig.action(user, action_id, value), **outcome)


def menu(action_id: str, value: str, **outcome: Any) -> Press:
    option = {"text": {"type": "plain_text", "text": "x"}, "value": value}
    return Press(
        action_id, lambda user: rig.action(user, action_id, selected_option=option, type="overflow"), **outcome
    )


def within(action_id: str, view: Mapping[str, Any], value: str = "", **outcome: Any) -> Press:
    """A button or field inside a modal."""
    shown = {"id": "V1", "hash": "1.h", "type": "modal", **view}
    block = {"block_id": "note"} if action_id == ids.SCORECARD_FIELD else {}
    return Press(action_id, lambda user: rig.action(user, action_id, value, view=shown, **block), **outcome)


def hand_in(view: Mapping[str, Any], **outcome: Any) -> Press:
    return Press(str(view["callback_id"]), lambda user: rig.submission(user, view), **outcome)


def modal(callback: str, reference: str, /, **values: Any) -> Body:
    """A modal with an input for each value, as Slack hands it in."""
    blocks = [{"type": "input", "block_id": block.replace("__", ":")} for block in values] or [
        {"type": "input", "block_id": "x"}
    ]
    state = {block.replace("__", ":"): {ids.FIELD: _typed(value)} for block, value in values.items()}
    return {"callback_id": callback, "private_metadata": reference, "blocks": blocks, "state": {"values": state}}


def _typed(value: Any) -> Body:
    return value if isinstance(value, dict) else {"type": "plain_text_input", "value": value}


def picked(value: str) -> Body:
    return {"type": "static_select", "selected_option": {"text": {"type": "plain_text", "text": "x"}, "value": value}}


def someone(account: str) -> Body:
    return {"type": "users_select", "selected_user": account}


def day(value: str) -> Body:
    return {"type": "datepicker", "selected_date": value}


def windows(callback: str, reference: str) -> Body:
    """The editor of availability, with a reason too."""
    made = modal(callback, reference, reason="The candidate asked for it")
    row = {
        ids.WINDOW_DAY: {"type": "datepicker", "selected_date": f"{LATER.start:%Y-%m-%d}"},
        ids.WINDOW_FROM: {"type": "timepicker", "selected_time": f"{LATER.start:%H:%M}"},
        ids.WINDOW_TO: {"type": "timepicker", "selected_time": f"{LATER.end:%H:%M}"},
    }
    made["blocks"] = [{"type": "actions", "block_id": "window:1"}, *made["blocks"]]
    made["state"]["values"]["window:1"] = row
    return made


def new_loop() -> Body:
    made = windows(ids.NEW_VIEW, "Europe/Berlin")
    made["state"]["values"] |= {
        "candidate": {ids.NEW_CANDIDATE: picked("jo")},
        "opening": {ids.NEW_OPENING: picked("ds")},
        "plan:ds": {ids.NEW_PLAN: picked("onsite")},
    }
    return made


def scorecard(reference: str) -> Body:
    made = modal(ids.SCORECARD_VIEW, reference)
    fields = {
        "score:solves": picked("3"), "evidence:solves": _typed(LONG), "score:explains": picked("none"),
        "overall": picked("yes"), "confidence": picked("high"), "note": _typed("x"),
    }  # fmt: skip
    made["blocks"] = [{"type": "input", "block_id": block} for block in fields]
    made["state"]["values"] = {block: {ids.SCORECARD_FIELD: value} for block, value in fields.items()}
    return made


CONFLICT = {"ground": picked("friend"), "note": ""}
REASON = {"reason": "They are ill this week"}
EARLY = {"reason": "Ana is ill until next week and the candidate can't wait."}
DECISION = {"outcome": picked("advance"), "reason": "Solves what the job brings every week.", "dissent": ""}
HOURS = {"hours": "Mon-Fri 09:00-17:00", "day_cap": "120", "week_cap": "240", "gap": picked("15")}
DIGEST = {"hour": picked("9"), "zone": picked("Europe/Berlin"), "channel": {"selected_conversation": "C1"}}

PRESSES = (
    button(ids.ATTEST_CLEAR, "LASKING", changes=PANEL),
    button(ids.ATTEST_CONFLICT, "LASKING", shown=PANEL),
    button(ids.ATTEST_UNSURE, "LASKING", shown=PANEL),
    hand_in(modal(ids.ATTEST_CONFLICT_VIEW, "LASKING", **CONFLICT), changes=PANEL),
    hand_in(modal(ids.ATTEST_UNSURE_VIEW, "LASKING", note="We met once"), changes=PANEL),
    button(ids.PIN_CLEAR, "LASKING|lee", shown=RECRUITERS),
    button(ids.PIN_CONFLICT, "LASKING|lee", shown=RECRUITERS),
    button(ids.PIN_CONFLICT, "LASKING|kim"),
    button(ids.PIN_CLEAR, "LASKING|rita", shown=frozenset({"other recruiter"})),
    hand_in(modal(ids.PIN_VIEW, "LASKING|lee|conflict", **REASON), changes=RECRUITERS),
    hand_in(modal(ids.PIN_VIEW, "LASKING|lee|no_conflict", **REASON), changes=RECRUITERS),
    hand_in(modal(ids.PIN_VIEW, "LASKING|rita|no_conflict", **REASON), changes=frozenset({"other recruiter"})),
    hand_in(modal(ids.PIN_VIEW, "LASKING|lee|conflict", reason=" ")),
    button(ids.PIN_OTHER, "LASKING", shown=RECRUITERS),
    hand_in(modal(ids.PIN_OTHER_VIEW, "LASKING", person=someone("ULEE"), **REASON), changes=RECRUITERS),
    hand_in(modal(ids.PIN_OTHER_VIEW, "LASKING", person=someone("UNOBODY"), **REASON)),
    hand_in(modal(ids.PIN_OTHER_VIEW, "LASKING", person=someone("ULEE"), reason=" ")),
    button(ids.CONFLICTS_OPEN, "LASKING", shown=JUDGES),
    button(ids.RATES_OPEN, shown=frozenset({"auditor"})),
    button(ids.RETENTION_HOLD, "LOPEN", shown=frozenset({"recruiter", "admin"})),
    hand_in(modal(ids.RETENTION_VIEW, "LOPEN", **REASON), changes=frozenset({"recruiter", "admin"})),
    button(ids.TRAIL_OPEN, "LASKING", shown=frozenset({"auditor"})),
    menu(ids.LOOP_MORE, "conflicts|LASKING", shown=JUDGES),
    button(ids.RECUSE_OPEN, shown=PANEL | {"manager", "recruiter"}),
    button(ids.RECUSE_LOOP, "LBOOKED", shown=PANEL | {"manager", "recruiter"}),
    hand_in(modal(ids.RECUSE_VIEW, "LBOOKED", **CONFLICT), changes=PANEL | {"manager", "recruiter"}),
    button(ids.NEW_OPEN, shown=STARTERS),
    *(
        within(action, {**new_loop(), "callback_id": ids.NEW_VIEW}, "1", shown=STARTERS)
        for action in (
            ids.NEW_CANDIDATE, ids.NEW_SOMEONE, ids.NEW_OPENING, ids.NEW_PLAN, ids.NEW_ADD_WINDOW, ids.NEW_REMOVE_WINDOW,
        )
    ),
    *(
        within(action, new_loop(), silent=KNOWN)
        for action in (ids.WINDOW_DAY, ids.WINDOW_FROM, ids.WINDOW_TO)
    ),
    hand_in(new_loop(), changes=STARTERS),
    button(ids.OPTIONS_PICK, "LCHOOSING|1|0", changes=RECRUITERS),
    button(ids.OPTIONS_WHY, "LCHOOSING|1|0", shown=FOLLOWERS),
    button(ids.REPAIR_TAKE, "LEMPTY|0", changes=RECRUITERS),
    button(ids.REPAIR_TAKE, "LEMPTY|1"),
    button(ids.DRIFT_PUT_BACK, "LMOVED", changes=RECRUITERS),
    button(ids.DRIFT_PUT_BACK, "LBOOKED", in_charge=RECRUITERS),
    button(ids.REPAIR_WHY, "LEMPTY|0", shown=FOLLOWERS),
    button(ids.LOOP_STATUS, "LBOOKED", shown=FOLLOWERS),
    button(ids.LOOP_STATUS, shown=KNOWN),
    button(ids.LOOP_WINDOWS, "LCHOOSING", shown=RECRUITERS),
    button(ids.LOOP_WINDOWS, "LBOOKED", shown=RECRUITERS),
    within(ids.WINDOW_ADD, windows(ids.LOOP_WINDOWS_VIEW, "LCHOOSING|Europe/Berlin"), shown=RECRUITERS),
    within(ids.WINDOW_REMOVE, windows(ids.LOOP_RESCHEDULE_VIEW, "LBOOKED|Europe/Berlin"), "1", shown=RECRUITERS),
    hand_in(windows(ids.LOOP_WINDOWS_VIEW, "LCHOOSING|Europe/Berlin"), changes=RECRUITERS),
    hand_in(windows(ids.LOOP_WINDOWS_VIEW, "LBOOKED|Europe/Berlin"), in_charge=RECRUITERS),
    button(ids.LOOP_RESCHEDULE, "LBOOKED", shown=RECRUITERS),
    hand_in(windows(ids.LOOP_RESCHEDULE_VIEW, "LBOOKED|Europe/Berlin"), changes=RECRUITERS),
    button(ids.LOOP_REPLACE, "LBOOKED", shown=RECRUITERS),
    hand_in(modal(ids.LOOP_REPLACE_VIEW, "LBOOKED", person=picked("ana"), **REASON), changes=RECRUITERS),
    button(ids.LOOP_CANCEL, "LBOOKED", shown=RECRUITERS),
    hand_in(modal(ids.LOOP_CANCEL_VIEW, "LBOOKED", **REASON), changes=RECRUITERS),
    menu(ids.LOOP_MORE, "status|LBOOKED", shown=FOLLOWERS),
    menu(ids.LOOP_MORE, "cancel|LBOOKED", shown=RECRUITERS),
    menu(ids.LOOP_MORE, "replace|LBOOKED", shown=RECRUITERS),
    menu(ids.LOOP_MORE, "reschedule|LBOOKED", shown=RECRUITERS),
    button(ids.NUDGE_SEND, "LSCORING|ana|scorecard", changes=LEADS, now=AFTER),
    button(ids.NUDGE_SEND, "LSCORING|lee|scorecard", now=AFTER),
    button(ids.NUDGE_SEND, "LASKING|ana|attestation", changes=LEADS),
    button(ids.NUDGE_SEND, shown=KNOWN),
    button(ids.DELIVERY_RETRY, "LBOOKED/given up|notice", changes=RECRUITERS),
    button(ids.DELIVERY_RETRY, "LBOOKED/not given up|notice"),
    button(ids.BRIEF_RUBRIC, "LBOOKED|coding", shown=PANEL),
    button(ids.SCORECARD_OPEN, "LSCORING|coding", shown=PANEL, now=AFTER),
    button(ids.SCORECARD_OPEN, "LSCORING|talk", now=AFTER),
    button(ids.SCORECARD_OPEN, "LBOOKED|coding", now=AFTER),
    within(ids.SCORECARD_FIELD, scorecard("LSCORING|coding"), changes=PANEL, silent=KNOWN - PANEL - OUTSIDERS, now=AFTER),
    hand_in(scorecard("LSCORING|coding"), changes=PANEL, now=AFTER),
    hand_in(scorecard("LSCORING|talk"), now=AFTER),
    Press(
        ids.SCORECARD_VIEW, lambda user: rig.submission(user, scorecard("LSCORING|coding"), kind="view_closed"),
        changes=PANEL, silent=KNOWN - PANEL | {"left", "stranger"}, now=AFTER,
    ),
    menu(ids.SCORECARD_SNOOZE, "LSCORING|coding|hour", changes=PANEL, now=AFTER),
    button(ids.SUMMARY_OPEN, "LOPEN", shown=PANEL | {"manager", "recruiter", "auditor"}, now=AFTER),
    button(ids.SUMMARY_OPEN, "LSCORING", now=AFTER),
    button(ids.CODES_CHECK, "LOPEN", shown=PANEL | {"manager", "recruiter", "auditor"}, now=AFTER),
    button(ids.CODES_CHECK, "LSCORING", shown=PANEL, now=AFTER),
    button(ids.DELEGATE_OPEN, "LVACANT|hiring_manager", shown=STARTERS, now=AFTER),
    button(ids.DELEGATE_OPEN, "LVACANT|recruiter", now=AFTER),
    button(ids.DELEGATE_OPEN, "LSCORING|hiring_manager", now=AFTER),
    hand_in(modal(ids.DELEGATE_VIEW, "LVACANT|hiring_manager", person=picked("olga")), changes=STARTERS, now=AFTER),
    hand_in(modal(ids.DELEGATE_VIEW, "LVACANT|hiring_manager", person=picked("hans")), now=AFTER),
    hand_in(modal(ids.DELEGATE_VIEW, "LVACANT|hiring_manager", person=picked("kim")), now=AFTER),
    hand_in(modal(ids.DELEGATE_VIEW, "LSCORING|hiring_manager", person=picked("olga")), now=AFTER),
    button(ids.LOOP_STATUS, "LVACANT", shown=STARTERS, now=AFTER),
    button(ids.TAKE_HOME_OPEN, "LHOME", shown=RECRUITERS, now=AFTER),
    button(ids.TAKE_HOME_OPEN, "LBOOKED", now=AFTER),
    button(ids.TAKE_HOME_TIME, "LHOME", shown=RECRUITERS, now=AFTER),
    button(ids.TAKE_HOME_TIME, "LBOOKED", now=AFTER),
    hand_in(modal(ids.TAKE_HOME_TIME_VIEW, "LHOME", until=day("2027-03-01")), changes=RECRUITERS, now=AFTER),
    hand_in(modal(ids.TAKE_HOME_TIME_VIEW, "LHOME", until=day("2026-11-24")), now=AFTER),
    hand_in(modal(ids.TAKE_HOME_TIME_VIEW, "LENTERED", until=day("2027-03-01")), now=AFTER),
    hand_in(modal(ids.TAKE_HOME_VIEW, "LHOME", link="https://neutral.example/1", files=""), changes=RECRUITERS, now=AFTER),
    hand_in(modal(ids.TAKE_HOME_VIEW, "LHOME", link="", files=""), now=AFTER),
    button(ids.TAKE_HOME_OPEN, "LENTERED", shown=RECRUITERS, now=AFTER),
    hand_in(modal(ids.TAKE_HOME_VIEW, "LENTERED|replace", link="https://neutral.example/2", files=""), changes=RECRUITERS, now=AFTER),
    hand_in(modal(ids.TAKE_HOME_VIEW, "LOPEN", link="https://neutral.example/1", files=""), now=AFTER),
    button(ids.RELEASE_OPEN, "LSCORING", shown=OPENERS, now=AFTER),
    button(ids.RELEASE_OPEN, "LOPEN", now=AFTER),
    button(ids.RELEASE_OPEN, "LBOOKED", now=AFTER),
    hand_in(modal(ids.RELEASE_VIEW, "LSCORING", **EARLY), changes=OPENERS, now=AFTER),
    hand_in(modal(ids.RELEASE_VIEW, "LSCORING", reason="now!"), now=AFTER),
    hand_in(modal(ids.RELEASE_VIEW, "LOPEN", **EARLY), now=AFTER),
    button(ids.DECIDE_OPEN, "LOPEN", shown=frozenset({"manager"}), now=AFTER),
    button(ids.DECIDE_OPEN, "LSCORING", now=AFTER),
    button(ids.DECIDE_OPEN, shown=frozenset({"manager", "other manager", "admin"}), now=AFTER),
    hand_in(modal(ids.DECIDE_VIEW, "LOPEN", **DECISION), changes=frozenset({"manager"}), now=AFTER),
    hand_in(modal(ids.DECIDE_VIEW, "LSCORING", **DECISION), now=AFTER),
    button(ids.SWAP_OPEN, shown=PANEL),
    hand_in(modal(ids.SWAP_VIEW, "LBOOKED", **REASON), changes=PANEL),
    button(ids.PAUSE_OPEN, shown=KNOWN),
    button(ids.PAUSE_END, changes=KNOWN),
    hand_in(modal(ids.PAUSE_VIEW, "", **{"from": day("2026-12-01"), "until": day("2026-12-09"), "reason": ""}), changes=KNOWN),
    button(ids.PREFS_OPEN, shown=KNOWN),
    hand_in(modal(ids.PREFS_VIEW, "", **HOURS), changes=KNOWN),
    button(ids.LOAD_OPEN, shown=KNOWN),
    button(ids.FEEDBACK_OPEN, shown=KNOWN),
    button(ids.HELP_OPEN, shown=KNOWN),
    button(ids.BOTTLENECKS_OPEN, shown=STARTERS | {"manager", "other manager"}),
    button(ids.DIGEST_OPEN, shown=LEADS | {"other manager"}),
    hand_in(modal(ids.DIGEST_VIEW, "ds", **DIGEST), changes=frozenset({"recruiter", "manager"})),
    within(ids.LINK, {"callback_id": "", "blocks": []}, silent=KNOWN),
)  # fmt: skip

COMMANDED = STARTERS | {"manager", "other manager"}


def typed(word: str, **outcome: Any) -> Press:
    return Press(word, lambda user: rig.command(user, word), **outcome)


COMMANDS = (
    typed("", shown=KNOWN),
    typed("help", shown=KNOWN),
    typed("new", shown=STARTERS),
    typed("status", shown=COMMANDED),
    typed("status LBOOKED", shown=FOLLOWERS),
    typed("feedback", shown=KNOWN),
    typed("recuse", shown=PANEL | {"manager", "recruiter"}),
    typed("swap", shown=PANEL),
    typed("pause", shown=KNOWN),
    typed("prefs", shown=KNOWN),
    typed("load", shown=KNOWN),
    typed("decide", shown=frozenset({"manager", "other manager", "admin"}), now=AFTER),
    typed("digest", shown=LEADS | {"other manager"}),
    typed("bottlenecks", shown=COMMANDED),
    typed("nudge", shown=COMMANDED),
    typed("nonsense", shown=KNOWN),
)
