"""The phases of a loop in words: how it stands, and what happens next."""

from __future__ import annotations

from typing import Final

from hiring.rules.phase import Phase

WORDS: Final[dict[Phase, tuple[str, str, str]]] = {
    Phase.AWAITING_AVAILABILITY: (":calendar:", "Waiting for the candidate's times", "The candidate answers the mail"),
    Phase.AWAITING_WORK: (":house:", "Waiting for the take-home", "The candidate hands it in"),
    Phase.PLANNING: (":mag:", "Looking for times", "Options come in a minute or two"),
    Phase.UNPLANNABLE: (":no_entry:", "No time found", "The recruiter changes the availability or the panel"),
    Phase.CHOOSING: (":point_right:", "Options are ready", "The recruiter picks one"),
    Phase.REFILLING: (":arrows_counterclockwise:", "Filling a seat anew", "Somebody else is found"),
    Phase.ATTESTING: (":ballot_box_with_check:", "Asking about conflicts", "The panel answers"),
    Phase.BOOKING: (":hourglass_flowing_sand:", "Booking", "Everything goes on the calendars at once"),
    Phase.BOOKED: (":white_check_mark:", "Booked", "The interviews take place"),
    Phase.INTERVIEWING: (":speech_balloon:", "Interviewing", "Scorecards follow each interview"),
    Phase.SCORING: (":pencil2:", "Collecting scorecards", "The panel hands them in"),
    Phase.DECIDING: (":scales:", "Waiting for the decision", "The hiring manager decides"),
    Phase.DECIDED: (":checkered_flag:", "Decided", "The candidate is told"),
    Phase.CANCELLED: (":x:", "Cancelled", "Nothing more happens"),
}


def badge(phase: Phase) -> str:
    sign, words, _ = WORDS[phase]
    return f"{sign} {words}"


def next_words(phase: Phase) -> str:
    """Reads "next: the panel answers", to follow the badge."""
    words = WORDS[phase][2]
    return f"next: {words[:1].lower()}{words[1:]}"
