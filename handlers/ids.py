"""Every id that Slack gives back to us, declared once as `feature.verb`, and how references travel in button values.

References are ids of ours, never names or contents. A test presses every id: each one that blocks render has a listener.
"""

from __future__ import annotations

from typing import Final

# Attestation: buttons in the DM, and the modals behind two of them.
ATTEST_CLEAR: Final = "attest.clear"
ATTEST_CONFLICT: Final = "attest.conflict"
ATTEST_UNSURE: Final = "attest.unsure"
ATTEST_CONFLICT_VIEW: Final = "attest.conflict_view"
ATTEST_UNSURE_VIEW: Final = "attest.unsure_view"

# A new loop: one modal that grows.
NEW_OPEN: Final = "new.open"
NEW_CANDIDATE: Final = "new.candidate"
NEW_SOMEONE: Final = "new.someone"
NEW_OPENING: Final = "new.opening"
NEW_PLAN: Final = "new.plan"
NEW_ADD_WINDOW: Final = "new.add_window"
NEW_REMOVE_WINDOW: Final = "new.remove_window"
NEW_VIEW: Final = "new.view"

# Options for a loop, and what a recruiter does with a loop.
OPTIONS_PICK: Final = "options.pick"
OPTIONS_WHY: Final = "options.why"
REPAIR_TAKE: Final = "repair.take"
REPAIR_WHY: Final = "repair.why"
DRIFT_PUT_BACK: Final = "drift.put_back"
LOOP_STATUS: Final = "loop.status"
LOOP_WINDOWS: Final = "loop.windows"
LOOP_WINDOWS_VIEW: Final = "loop.windows_view"
LOOP_RESCHEDULE: Final = "loop.reschedule"
LOOP_RESCHEDULE_VIEW: Final = "loop.reschedule_view"
LOOP_REPLACE: Final = "loop.replace"
LOOP_REPLACE_VIEW: Final = "loop.replace_view"
LOOP_CANCEL: Final = "loop.cancel"
LOOP_CANCEL_VIEW: Final = "loop.cancel_view"
LOOP_MORE: Final = "loop.more"
NUDGE_SEND: Final = "nudge.send"
DELIVERY_RETRY: Final = "delivery.retry"
TAKE_HOME_OPEN: Final = "take_home.open"
TAKE_HOME_VIEW: Final = "take_home.view"
TAKE_HOME_TIME: Final = "take_home.time"
TAKE_HOME_TIME_VIEW: Final = "take_home.time.view"

# What may connect people with a candidate, and a recruiter's verdict on it.
CONFLICTS_OPEN: Final = "conflicts.open"
PIN_CLEAR: Final = "recusal.clear"
PIN_CONFLICT: Final = "recusal.bar"
PIN_VIEW: Final = "recusal.pin_view"
PIN_OTHER: Final = "recusal.other"
PIN_OTHER_VIEW: Final = "recusal.other_view"

# The brief and the scorecard.
BRIEF_RUBRIC: Final = "brief.rubric"
SCORECARD_OPEN: Final = "scorecard.open"
SCORECARD_FIELD: Final = "scorecard.field"
SCORECARD_VIEW: Final = "scorecard.view"
SCORECARD_SNOOZE: Final = "scorecard.snooze"

# Release, and after it.
RELEASE_OPEN: Final = "release.open"
RELEASE_VIEW: Final = "release.view"
CODES_CHECK: Final = "codes.check"
TRAIL_OPEN: Final = "trail.open"
RATES_OPEN: Final = "rates.open"
SUMMARY_OPEN: Final = "summary.open"
DECIDE_OPEN: Final = "decide.open"
DECIDE_VIEW: Final = "decide.view"

# Who takes over from somebody with a conflict.
DELEGATE_OPEN: Final = "delegate.open"
DELEGATE_VIEW: Final = "delegate.view"

# Keeping a record that would be erased.
RETENTION_HOLD: Final = "retention.hold"
RETENTION_VIEW: Final = "retention.view"

# Self-service.
RECUSE_OPEN: Final = "recuse.open"
RECUSE_LOOP: Final = "recuse.loop"
RECUSE_VIEW: Final = "recuse.view"
SWAP_OPEN: Final = "swap.open"
SWAP_VIEW: Final = "swap.view"
PAUSE_OPEN: Final = "pause.open"
PAUSE_END: Final = "pause.end"
PAUSE_VIEW: Final = "pause.view"
PREFS_OPEN: Final = "prefs.open"
PREFS_VIEW: Final = "prefs.view"
LOAD_OPEN: Final = "load.open"
FEEDBACK_OPEN: Final = "feedback.open"
BOTTLENECKS_OPEN: Final = "bottlenecks.open"
DIGEST_OPEN: Final = "digest.open"
DIGEST_VIEW: Final = "digest.view"
HELP_OPEN: Final = "help.open"
LINK: Final = "link.open"
"""A button that only opens a web address; Slack still tells us it was pressed."""
FIELD: Final = "field.value"
"""An input that tells nothing until its modal is submitted."""
WINDOW_DAY: Final = "window.day"
WINDOW_FROM: Final = "window.from"
WINDOW_TO: Final = "window.to"
"""Day and times of one availability window, in a row: pressing them needs only an acknowledgement."""
WINDOW_ADD: Final = "window.add"
WINDOW_REMOVE: Final = "window.remove"
"""Add and Remove inside the availability editor (a new loop's own are `new.*`)."""

_SEPARATOR = "|"


def pack(*parts: str) -> str:
    """References in one string for a button value, an option value or `private_metadata`."""
    return _SEPARATOR.join(parts)


def unpack(value: str) -> tuple[str, ...]:
    return tuple(value.split(_SEPARATOR))
