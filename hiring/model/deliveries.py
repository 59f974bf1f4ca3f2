"""What follows from a change: deliveries, entries of the trail, episodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of deliveries: who does it, then what it is. A `slack.*` kind has a renderer, checked by a test."""

    ATTEST_ASK = "slack.attest_ask"
    ATTEST_REMIND = "slack.attest_remind"
    UNSURE = "slack.unsure"
    LOOK = "slack.look"
    NAMED = "slack.named"
    OPTIONS = "slack.options"
    UNPLANNABLE = "slack.unplannable"
    REPAIR = "slack.repair"
    DRIFT = "slack.drift"
    BOOKED = "slack.booked"
    REPLACED = "slack.replaced"
    BRIEF = "slack.brief"
    STOOD_DOWN = "slack.stood_down"
    CANCELLED = "slack.cancelled"
    SCORECARD_ASK = "slack.scorecard_ask"
    SCORECARD_REMIND = "slack.scorecard_remind"
    SCORECARD_THANKS = "slack.scorecard_thanks"
    RELEASED = "slack.released"
    SUMMARY = "slack.summary"
    SUMMARY_LINK = "slack.summary_link"
    DECISION_REMIND = "slack.decision_remind"
    DECISION = "slack.decision"
    NEXT_STEP = "slack.next_step"
    NUDGE = "slack.nudge"
    DELEGATE_WANTED = "slack.delegate_wanted"
    HANDED_OVER = "slack.handed_over"
    DIGEST = "slack.digest"
    ALERT = "slack.alert"
    HOME = "slack.home"
    DEAD_LETTER = "slack.dead_letter"
    HELP = "slack.help"
    TAKE_BACK = "slack.take_back"
    WORK_REPLACED = "slack.work_replaced"
    RETENTION = "slack.retention"
    ENGINE_OPTIONS = "engine.options"
    ENGINE_REFILL = "engine.refill"
    CALENDAR_BOOK = "calendar.book"
    CALENDAR_SYNC = "calendar.sync"
    CALENDAR_CLEAR = "calendar.clear"
    MAIL_AVAILABILITY = "mail.availability"
    MAIL_ITINERARY = "mail.itinerary"
    MAIL_MOVED = "mail.moved"
    MAIL_CANCELLED = "mail.cancelled"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outside effect with its own key, unique for ever. The payload is by reference: ids, never what they stand for.

    `to` is a person's id for `slack.*` (or `#channel-id` for a channel), empty for the engine and calendars. `updates` is
    the key of an earlier message to be edited in place, `thread` of one to answer under. Deliveries `to` the same place
    are made one after another in the order they were written.
    """

    key: str
    kind: Kind
    to: str = ""
    refs: tuple[tuple[str, str], ...] = ()
    not_before: datetime | None = None
    updates: str | None = None
    thread: str | None = None
    priority: int = 5

    def ref(self, name: str) -> str:
        return dict(self.refs)[name]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what, when. `facts` hold ids and plain circumstances, never a score, a note or a ground."""

    at: datetime
    actor: str
    verb: str
    subject: str
    facts: tuple[tuple[str, str], ...] = field(default=())


class Readable(StrEnum):
    """What leaves an entry in the audit trail when somebody gets to read it: what was sealed, and a candidate's file."""

    SCORECARDS = "scorecards"
    GROUNDS = "grounds"
    CONFLICTS = "conflicts"
    BRIEF = "brief"
    TRAIL = "trail"


@dataclass(frozen=True, slots=True)
class Episode:
    """A bottleneck with a beginning and, when it clears, an end. `key` is the same for as long as it lasts."""

    key: str
    opened: datetime
    alerted: datetime | None = None
    closed: datetime | None = None
