"""People, candidates, openings, plans, pipelines and policies in a unit of work."""

import json
from collections.abc import Iterable
from dataclasses import replace

from pydantic import TypeAdapter
from sqlalchemy import Select, bindparam, func, select, text
from sqlmodel import col

from hiring.model import Candidate, CandidateId, Opening, OpeningId, Person, PersonId, Pipeline, Plan
from hiring.ports import Unknown
from hiring.rules.grounds import Policy
from store import mapping
from store.faults import Erased
from store.tables import CandidateRow, OpeningRow, PersonRow, PipelineRow, PlanRow, PolicyRow
from store.transaction import T, Transaction
from store.vault import candidate_owner

# Statements that every click runs several times: to put one together takes as long as to run it.
_PEOPLE = select(col(PersonRow.document)).order_by(col(PersonRow.active).desc(), col(PersonRow.id))
"""Whoever is still here comes first: an address may pass on to somebody new."""
_INTERVIEWERS = _PEOPLE.where(text("people.qualified"))
_PERSON = _PEOPLE.where(col(PersonRow.id) == bindparam("id"))
_BY_SLACK = _PEOPLE.where(col(PersonRow.slack_id) == bindparam("slack_id"))
_BY_EMAIL = _PEOPLE.where(col(PersonRow.email) == bindparam("email"))
CANDIDATES = select(col(CandidateRow.document), col(CandidateRow.accommodation)).order_by(col(CandidateRow.id))
_CANDIDATE = CANDIDATES.where(col(CandidateRow.id) == bindparam("id"))
_CANDIDATES_BY_EMAIL = CANDIDATES.where(col(CandidateRow.email).in_(bindparam("emails", expanding=True)))
_OPENING = select(col(OpeningRow.document)).where(col(OpeningRow.id) == bindparam("id"))
_OPENINGS = select(col(OpeningRow.document)).order_by(col(OpeningRow.id))
_POLICY = select(col(PolicyRow.document)).where(col(PolicyRow.subject) == bindparam("id"))
_CONFLICTS = "conflicts"
_AT_A_TIME = 500


class Directory(Transaction):
    def person(self, person: PersonId) -> Person:
        return _only(self._known(mapping.PERSON, _PERSON, person), f"There is no person {person}")

    def person_by_slack(self, slack_id: str) -> Person | None:
        return next(iter(self._people(_BY_SLACK, slack_id=slack_id)), None)

    def person_by_email(self, email: str) -> Person | None:
        return next(iter(self._people(_BY_EMAIL, email=_address(email))), None)

    def people(self) -> tuple[Person, ...]:
        return self._people(_PEOPLE)

    def interviewers(self) -> tuple[Person, ...]:
        return tuple(person for person in self._people(_INTERVIEWERS) if person.qualifications)

    def save_person(self, person: Person) -> None:
        values = {
            "id": person.id,
            "email": _address(person.email),
            "slack_id": person.slack_id,
            "active": person.active,
            "qualified": bool(person.qualifications),
            "document": mapping.document(mapping.PERSON, person),
        }
        self._put(PersonRow, values)

    def _people(self, found: Select[str], **values: str) -> tuple[Person, ...]:
        return _read(mapping.PERSON, self._scalars(found, **values))

    def _known(self, adapter: TypeAdapter[T], found: Select[str], id: str) -> tuple[T, ...]:  # noqa: A002 - what it is
        return _read(adapter, (document for (document,) in self._once(found, id=id)))

    def candidate(self, candidate: CandidateId) -> Candidate:
        found = tuple(self._with_accommodation(*row) for row in self._once(_CANDIDATE, id=candidate))
        return _only(found, f"There is no candidate {candidate}")

    def candidates(self) -> tuple[Candidate, ...]:
        return self._candidates(CANDIDATES)

    def candidate_by_email(self, email: str) -> Candidate | None:
        return next(iter(self.candidates_by_email([email])), None)

    def candidates_by_email(self, emails: Iterable[str]) -> tuple[Candidate, ...]:
        wanted = sorted({_address(email) for email in emails} - {""})
        some = (wanted[start : start + _AT_A_TIME] for start in range(0, len(wanted), _AT_A_TIME))
        return tuple(one for emails in some for one in self._candidates(_CANDIDATES_BY_EMAIL, emails=emails))

    def _candidates(self, found: Select[str, bytes | None], **values: object) -> tuple[Candidate, ...]:
        return tuple(self._with_accommodation(document, sealed) for document, sealed in self._rows(found, **values))

    def save_candidate(self, candidate: Candidate) -> None:
        self._must_write()
        values = {
            "id": candidate.id,
            "email": _address(candidate.email),
            "document": mapping.document(mapping.CANDIDATE, replace(candidate, accommodation="")),
            "accommodation": self._sealed_accommodation(candidate),
        }
        self._put(CandidateRow, values)

    def _sealed_accommodation(self, candidate: Candidate) -> bytes | None:
        if not candidate.accommodation:
            return None
        text = mapping.canonical(candidate.accommodation)
        return self._vault.seal(text, owner=candidate_owner(candidate.id), place=("accommodation", candidate.id))

    def _with_accommodation(self, document: str, sealed: bytes | None) -> Candidate:
        candidate = mapping.value(mapping.CANDIDATE, document)
        if sealed is None:
            return candidate
        try:
            text = self._vault.unseal(
                sealed, owner=candidate_owner(candidate.id), place=("accommodation", candidate.id)
            )
        except Erased:
            return candidate
        return replace(candidate, accommodation=json.loads(text))

    def opening(self, opening: OpeningId) -> Opening:
        return _only(self._known(mapping.OPENING, _OPENING, opening), f"There is no opening {opening}")

    def openings(self) -> tuple[Opening, ...]:
        return _read(mapping.OPENING, self._scalars(_OPENINGS))

    def save_opening(self, opening: Opening) -> None:
        document = mapping.document(mapping.OPENING, opening)
        self._put(OpeningRow, {"id": opening.id, "active": opening.active, "document": document})

    def plan(self, plan: str) -> Plan:
        """The plan's newest version."""
        found = select(col(PlanRow.document)).where(col(PlanRow.id) == plan).order_by(col(PlanRow.version).desc())
        return _only(_read(mapping.PLAN, self._scalars(found.limit(1))), f"There is no plan {plan}")

    def plans(self) -> tuple[Plan, ...]:
        newest = select(col(PlanRow.id), func.max(col(PlanRow.version)).label("version")).group_by(col(PlanRow.id))
        last = newest.subquery()
        found = (
            select(col(PlanRow.document))
            .join(last, (col(PlanRow.id) == last.c.id) & (col(PlanRow.version) == last.c.version))
            .order_by(col(PlanRow.id))
        )
        return _read(mapping.PLAN, self._scalars(found))

    def save_plan(self, plan: Plan) -> None:
        document = mapping.document(mapping.PLAN, plan)
        self._put(PlanRow, {"id": plan.id, "version": plan.version, "document": document})

    def pipelines(self) -> tuple[Pipeline, ...]:
        found = select(col(PipelineRow.document)).order_by(col(PipelineRow.id))
        return _read(mapping.PIPELINE, self._scalars(found))

    def save_pipeline(self, pipeline: Pipeline) -> None:
        document = mapping.document(mapping.PIPELINE, pipeline)
        self._put(PipelineRow, {"id": pipeline.id, "document": document})

    def conflict_policy(self) -> Policy:
        return next(iter(self._known(mapping.CONFLICT_POLICY, _POLICY, _CONFLICTS)), Policy())

    def save_conflict_policy(self, policy: Policy) -> None:
        document = mapping.document(mapping.CONFLICT_POLICY, policy)
        self._put(PolicyRow, {"subject": _CONFLICTS, "document": document})


def _read(adapter: TypeAdapter[T], documents: Iterable[str]) -> tuple[T, ...]:
    return tuple(mapping.kept(adapter, document) for document in documents)


def _only(found: tuple[T, ...], otherwise: str) -> T:
    if not found:
        raise Unknown(otherwise)
    return found[0]


def _address(email: str) -> str:
    return email.strip().casefold()
