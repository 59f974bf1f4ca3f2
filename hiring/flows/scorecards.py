"""Writing a scorecard: drafts that are never lost, a submission that is sealed, an amendment that leaves a trace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from hiring.flows.settling import note, settle
from hiring.model import Draft, Loop, Person, Scorecard, Snooze, Submitted
from hiring.ports import UnitOfWork
from hiring.rules import proving, sight
from hiring.rules.permissions import Refused
from hiring.rules.phase import has_attested
from hiring.rules.rubric import Fault, scorecard_faults


@dataclass(frozen=True, slots=True)
class Form:
    """What the modal starts from: the rater's own draft, or their own submission when they amend it."""

    draft: Draft | None
    submitted: Scorecard | None


def may_write(loop: Loop, session: str, by: Person, *, now: datetime) -> Refused | None:
    """Whether `by` may write the scorecard of `session` now. None is a yes."""
    if sight.is_barred(loop, by.id):
        return Refused("You stepped aside from this loop, so it is closed to you.")
    if loop.erased is not None:
        return Refused(sight.ERASED)
    if loop.cancelled is not None:
        return Refused("This loop was cancelled, so no scorecard is needed. Thank you.")
    if (session, by.id) not in sight.owed(loop):
        return Refused("You are not asked for a scorecard here.")
    return _too_soon(loop, session, by, now)


def _too_soon(loop: Loop, session: str, by: Person, now: datetime) -> Refused | None:
    if loop.booked_at is None or now < loop.session(session).start:
        return Refused("The interview has not begun yet. The scorecard opens when it does.")
    if loop.plan.take_home is not None and not has_attested(loop, by.id):
        return Refused("Please answer first whether anything stands in the way of your scoring this unseen.")
    return None


def form(uow: UnitOfWork, loop: Loop, session: str, *, by: Person, now: datetime) -> Form:
    """What the rater has written so far. Only their own."""
    own = sight.own(loop, by)
    mine = [card for card in uow.scorecards(own, now=now) if card.session == session]
    return Form(draft=uow.draft(loop.id, session, by.id), submitted=mine[-1] if mine else None)


def keep_field(
    uow: UnitOfWork, loop: Loop, session: str, fields: dict[str, str], *, by: Person, now: datetime
) -> Draft:
    """Keep what was typed or picked just now, on top of what the draft held."""
    before = uow.draft(loop.id, session, by.id)
    kept = {**dict(before.fields if before else ()), **fields}
    draft = Draft(loop=loop.id, session=session, author=by.id, fields=tuple(sorted(kept.items())), saved=now)
    uow.save_draft(draft)
    return draft


def codes(uow: UnitOfWork, loop: Loop, *, by: Person) -> tuple[proving.Checked, ...] | Refused:
    """Whether what `by` can read is what was handed in: their own before the release, all they may read after it."""
    verdict = sight.of_scorecards(loop, by)
    if verdict.sight < sight.Sight.OWN:
        return Refused(verdict.because)
    own = by.id if verdict.sight is sight.Sight.OWN else None
    return proving.checked(loop, uow.proved(sight.grant(loop, by)), of=own)


def submit(
    uow: UnitOfWork, loop: Loop, card: Scorecard, *, by: Person, now: datetime
) -> Loop | Refused | tuple[Fault, ...]:
    """Seal a scorecard. A second one by the same rater for the same session amends the first; both are kept."""
    refused = may_write(loop, card.session, by, now=now)
    if refused is not None:
        return refused
    rubric = loop.plan.rubric(card.session)
    if rubric is None:
        return Refused("Nobody rates this session.")
    faults = scorecard_faults(rubric, {rating.criterion: rating for rating in card.ratings})
    if faults:
        return faults
    before = next((s for s in loop.submitted if (s.session, s.person) == (card.session, by.id) and not s.void), None)
    sealed = replace(
        card,
        author=by.id,
        loop=loop.id,
        rubric=rubric.id,
        rubric_version=rubric.version,
        at=now,
        amends=(before.amended_at or before.at) if before else None,
        after_release=loop.released is not None,
    )
    commitment = uow.save_scorecard(sealed)
    uow.drop_draft(loop.id, card.session, by.id)
    note(uow, loop, "amended" if before else "submitted", actor=by.id, now=now, session=card.session)
    return settle(uow, _with_submission(loop, sealed, before, commitment, now), now=now)


def _with_submission(loop: Loop, card: Scorecard, before: Submitted | None, commitment: str, now: datetime) -> Loop:
    fresh = Submitted(
        session=card.session,
        person=card.author,
        at=before.at if before else now,
        commitment=commitment,
        amended_at=now if before else None,
    )
    return replace(loop, submitted=(*(s for s in loop.submitted if s is not before), fresh))


def snooze(uow: UnitOfWork, loop: Loop, session: str, *, until: datetime, by: Person, now: datetime) -> Loop | Refused:
    """Do not ask for this scorecard before `until`."""
    refused = may_write(loop, session, by, now=now)
    if refused is not None:
        return refused
    kept = Snooze(session=session, person=by.id, until=until)
    return settle(uow, replace(loop, snoozes=(*loop.snoozes, kept)), now=now)
