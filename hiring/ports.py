"""What the flows need from the world, as Protocols. The real things stand in `store`, `scheduling.calendars` and `bot`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hiring.model import (
    Acquaintances,
    AuditEntry,
    BlindScorecard,
    Candidate,
    CandidateId,
    Delivery,
    Disclosure,
    Draft,
    Episode,
    Loop,
    LoopId,
    Opening,
    OpeningId,
    Person,
    PersonId,
    Pipeline,
    Plan,
    Readable,
    Scorecard,
    Span,
)
from hiring.rules.grounds import Policy
from hiring.rules.proving import Proof
from hiring.rules.sight import Grant


class Stale(Exception):
    """Somebody else saved the same loop in between: read it again and decide anew."""


class Unknown(Exception):
    """There is nothing with that id."""


@dataclass(frozen=True, slots=True)
class Booking:
    """Minutes that we have given somebody: one seat of one session of a loop that has not ended."""

    person: PersonId
    loop: LoopId
    session: str
    span: Span
    firm: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a delivery ended up: a Slack channel and ts, or a calendar event."""

    key: str
    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that was given up for the `attempt`th time, with a reason that is a code or the kind of an error."""

    delivery: Delivery
    reason: str
    attempt: int

    @property
    def notice(self) -> str:
        """The key of the message that tells of it."""
        return f"dead/{self.delivery.key}/{self.attempt}"


class UnitOfWork(Protocol):
    """One transaction. Leaving the block without an error commits; an error rolls everything back.

    `person`, `candidate`, `opening`, `plan` and `loop` raise `Unknown`. What is read is frozen; what is saved replaces the
    row of the same id. Nothing outside the database may be touched inside.
    """

    def person(self, person: PersonId) -> Person: ...
    def person_by_slack(self, slack_id: str) -> Person | None: ...
    def person_by_email(self, email: str) -> Person | None: ...
    def people(self) -> tuple[Person, ...]: ...
    def interviewers(self) -> tuple[Person, ...]:
        """Everybody who is qualified for anything."""
        ...

    def save_person(self, person: Person) -> None: ...

    def candidate(self, candidate: CandidateId) -> Candidate: ...
    def candidates(self) -> tuple[Candidate, ...]: ...
    def candidates_like(self, typed: str, *, most: int) -> tuple[Candidate, ...]:
        """By name, those with `typed` anywhere in their name or e-mail, whatever case and accents, and not erased. Where
        there are more, those whose name begins so come first, then those with a word that does."""
        ...

    def candidate_by_email(self, email: str) -> Candidate | None: ...
    def candidates_by_email(self, emails: Iterable[str]) -> tuple[Candidate, ...]: ...
    def candidates_due(self, by: str, *, until: datetime, after: datetime | None = None) -> tuple[Candidate, ...]:
        """Whose records were reckoned by the policy with this mark to be over in that time, its end included."""
        ...

    def unreckoned(self, by: str, *, most: int) -> tuple[Candidate, ...]:
        """So many of those whose loops have begun or ended since they were reckoned by that policy, or who never were."""
        ...

    def reckon(self, candidate: CandidateId, due: datetime | None, *, by: str) -> None:
        """Keeps when the record is over by the policy with this mark; None: never."""
        ...

    def save_candidate(self, candidate: Candidate) -> None: ...

    def opening(self, opening: OpeningId) -> Opening: ...
    def openings(self) -> tuple[Opening, ...]: ...
    def save_opening(self, opening: Opening) -> None: ...

    def plan(self, plan: str) -> Plan: ...
    def plans(self) -> tuple[Plan, ...]: ...
    def save_plan(self, plan: Plan) -> None: ...
    def pipelines(self) -> tuple[Pipeline, ...]: ...
    def save_pipeline(self, pipeline: Pipeline) -> None: ...

    def conflict_policy(self) -> Policy:
        """What the company makes of each ground; the usual when it has said nothing."""
        ...

    def save_conflict_policy(self, policy: Policy) -> None: ...

    def loop(self, loop: LoopId) -> Loop: ...
    def loops(
        self,
        *,
        opening: OpeningId | None = None,
        candidate: CandidateId | None = None,
        active: bool = True,
        created_after: datetime | None = None,
        ended_after: datetime | None = None,
    ) -> tuple[Loop, ...]:
        """In the order they were created. With `active=False` those that are over too, or with `created_after` those of
        them that began since, with `ended_after` instead those that ended since and those that were put on hold and began at
        most half a year before: nothing that grows for ever is read whole."""
        ...

    def loops_of(self, person: PersonId, *, active: bool = True) -> tuple[Loop, ...]: ...
    def save_loop(self, loop: Loop) -> Loop:
        """Saves and returns the loop with its next version; raises `Stale` when `loop.version` is not the stored one.

        A new loop has version 0. Keeps the index of bookings in step with the loop's sessions and seats.
        """
        ...

    def bookings(self, people: Sequence[PersonId], *, start: datetime, end: datetime) -> tuple[Booking, ...]: ...

    def scorecards(self, grant: Grant, *, now: datetime) -> tuple[Scorecard, ...]:
        """The scorecards that the grant opens, oldest first, amended ones included: with OWN the viewer's, with ALL all.
        Opening another's leaves an entry in the audit trail, as `note_read` does."""
        ...

    def blind_scorecards(
        self, grant: Grant, *, counting: Collection[tuple[str, PersonId]], now: datetime
    ) -> tuple[BlindScorecard, ...]:
        """With BLIND, every version of the scorecards of these sessions and people, oldest first, and of nobody known by
        whom. Leaves an entry like `scorecards`."""
        ...

    def proved(self, grant: Grant) -> tuple[Proof, ...]:
        """Of each scorecard that the grant opens, oldest first, whether it is what its author was given the code for; what
        can't be unsealed is not. None of what was erased."""
        ...

    def save_scorecard(self, card: Scorecard) -> str:
        """Seals the scorecard for good and returns the commitment code for its author."""
        ...

    def draft(self, loop: LoopId, session: str, author: PersonId) -> Draft | None: ...
    def save_draft(self, draft: Draft) -> None: ...
    def drop_draft(self, loop: LoopId, session: str, author: PersonId) -> None: ...

    def disclosures(self, loop: LoopId, *, reader: PersonId, now: datetime) -> tuple[Disclosure, ...]:
        """What was said about conflicts, in the order it was. Opening what is not one's own leaves an entry in the audit
        trail."""
        ...

    def save_disclosure(self, disclosure: Disclosure) -> None: ...

    def acquaintances(self, loop: LoopId) -> Acquaintances | None:
        """What the candidate said last on this loop's page about whom they know here."""
        ...

    def save_acquaintances(self, said: Acquaintances) -> None:
        """Over what they said before, which is kept no longer."""
        ...

    def enqueue(self, deliveries: Sequence[Delivery], *, now: datetime) -> int:
        """Writes the deliveries whose key is new and returns how many there were; known keys change nothing."""
        ...

    def unwritten(self, keys: Sequence[str]) -> frozenset[str]:
        """Those of the keys that no delivery has yet."""
        ...

    def sent(self, key: str) -> Sent | None: ...
    def dead_letter(self, key: str) -> DeadLetter | None:
        """The delivery with this key, when it is given up and not laid to rest."""
        ...

    def dead_letters(self, *, loop: LoopId | None = None) -> tuple[DeadLetter, ...]:
        """Those whose `notice` was never written, or all of `loop`, oldest first; no App Home, drawn anew, nor notices."""
        ...

    def retry(self, key: str) -> None:
        """Puts a dead letter back into the queue; does nothing to any other delivery."""
        ...

    def audit(self, entry: AuditEntry) -> None: ...

    def entries(self, subject: str, *, most: int = 200) -> tuple[AuditEntry, ...]:
        """The newest entries about `subject`, the newest first."""
        ...

    def note_read(self, loop: LoopId, reader: PersonId, what: Readable, *, now: datetime) -> None:
        """An entry in the audit trail that `reader` got to read this; one a day of each kind. A unit of work that was begun
        to read can do it too: it is written when the block is left, before anybody is shown anything."""
        ...

    def first_time(self, event: str, *, now: datetime) -> bool:
        """Remembers an incoming event's id; False when it was known already."""
        ...

    def forget(self, event: str) -> None:
        """It was answered with what to mend: it may come again under the same id."""
        ...

    def episodes(self, *, keys: Sequence[str] | None = None) -> tuple[Episode, ...]:
        """The open ones, by when they opened; with `keys` those of them that there are, the closed ones too."""
        ...

    def save_episode(self, episode: Episode) -> None: ...


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery that was to tell of a loop, its state, and where it stands in Slack when it does."""

    delivery: Delivery
    state: str
    sent: Sent | None


class Archive(UnitOfWork, Protocol):
    """A unit of work that can also make things gone. What it drops is overwritten, not only marked."""

    def told(self, loops: Sequence[Loop]) -> tuple[Told, ...]:
        """Everything that was or is to be said about these loops, digests of their openings and notices of dead letters
        included, in the order of writing."""
        ...

    def drop_unsent(self, keys: Iterable[str], *, now: datetime) -> None:
        """Settles what waits, without making it."""
        ...

    def pictures(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The files that Slack was given with these deliveries."""
        ...

    def keep_picture(self, file: str, key: str) -> None: ...

    def replace_candidate(self, candidate: CandidateId, nobody: Candidate, *, now: datetime) -> None:
        """Drops the candidate's row and key, and saves `nobody` in their place."""
        ...

    def drop_writings(self, loop: LoopId) -> None:
        """Drops drafts and what people said about conflicts."""
        ...

    def erase_loop_seals(self, loop: LoopId, *, now: datetime) -> None:
        """Destroys the key of the loop's scorecards, drafts and disclosures: they can't be read again by anybody."""
        ...


class ArchiveStore(Protocol):
    def begin(self, *, read_only: bool = False) -> AbstractContextManager[Archive]: ...


class Store(Protocol):
    def begin(self, *, read_only: bool = False) -> AbstractContextManager[UnitOfWork]:
        """Committed on leaving, rolled back by an error. With `read_only` it holds nobody up and can save nothing."""
        ...


class Clock(Protocol):
    def now(self) -> datetime: ...
