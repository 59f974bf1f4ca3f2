from dataclasses import replace

import pytest

from hiring.model import Candidate, Opening, Person, Pipeline, Role, Stage
from hiring.ports import Unknown
from store.database import Database
from store.faults import ReadOnly
from tests.store.values import PLAN

ADA = Person(id="ada", name="Ada", email="Ada@Example.org", zone="Europe/Berlin", slack_id="U1", roles=(Role.ADMIN,))
CLEO = Candidate(
    id="cleo", name="Cléo 🚀", email="cleo@example.org", zone="Asia/Kolkata", accommodation="A quiet room. "
)
DATA = Opening(id="data", title="Data", team="Data", hiring_manager="hugo", recruiter="rita", plans=("on-site",))
FEW = Pipeline(id="few", title="Few and senior", stages=(Stage(id="call", title="Call", plan="on-site"),))


def test_a_person_is_found_by_each_of_their_names(database: Database) -> None:
    with database.begin() as uow:
        uow.save_person(ADA)
    with database.begin(read_only=True) as uow:
        assert uow.person("ada") == ADA
        assert uow.person_by_slack("U1") == ADA
        assert uow.person_by_email(" ada@EXAMPLE.org") == ADA
        assert (uow.person_by_slack("U2"), uow.person_by_email("eve@example.org")) == (None, None)
        assert uow.people() == (ADA,)


def test_saving_again_replaces(database: Database) -> None:
    older = replace(ADA, name="A.", slack_id="U9")
    with database.begin() as uow:
        uow.save_person(older)
        uow.save_person(ADA)
        assert (uow.people(), uow.person_by_slack("U9")) == ((ADA,), None)


def test_an_address_that_passed_on_belongs_to_who_is_still_here(database: Database) -> None:
    gone = replace(ADA, id="aaa", active=False)
    with database.begin() as uow:
        uow.save_person(gone)
        uow.save_person(ADA)
        assert (uow.person_by_email(ADA.email), uow.person_by_slack("U1")) == (ADA, ADA)


def test_candidates_openings_plans_and_pipelines_come_back(database: Database) -> None:
    second = replace(PLAN, version=2, title="On-site, shorter")
    other = replace(PLAN, id="call")
    with database.begin() as uow:
        uow.save_candidate(CLEO)
        uow.save_opening(DATA)
        uow.save_pipeline(FEW)
        for plan in (second, PLAN, other):
            uow.save_plan(plan)
    with database.begin(read_only=True) as uow:
        assert (uow.candidate("cleo"), uow.candidates()) == (CLEO, (CLEO,))
        assert (uow.opening("data"), uow.openings()) == (DATA, (DATA,))
        assert (uow.plan("on-site"), uow.plans()) == (second, (other, second))
        assert uow.pipelines() == (FEW,)


@pytest.mark.parametrize("what", ["person", "candidate", "opening", "plan", "loop"])
def test_what_is_not_there_is_said_to_be_unknown(database: Database, what: str) -> None:
    with database.begin() as uow, pytest.raises(Unknown, match=f"^There is no {what} nobody$"):
        getattr(uow, what)("nobody")


def test_an_error_takes_everything_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as uow:  # noqa: PT012 - the error inside is the subject
        uow.save_person(ADA)
        1 / 0  # noqa: B018 - raised on purpose
    with database.begin(read_only=True) as uow:
        assert uow.people() == ()


def test_a_unit_of_work_begun_to_read_writes_nothing(database: Database) -> None:
    with database.begin(read_only=True) as uow:
        with pytest.raises(ReadOnly):
            uow.save_person(ADA)
        with pytest.raises(ReadOnly):
            uow.save_candidate(CLEO)
        assert uow.people() == ()


def test_one_who_reads_sees_one_moment_and_holds_up_nobody(database: Database) -> None:
    with database.begin(read_only=True) as reading:
        assert reading.people() == ()
        with database.begin() as writing:
            writing.save_person(ADA)
        assert reading.people() == ()
    with database.begin(read_only=True) as reading:
        assert reading.people() == (ADA,)


def test_a_unit_of_work_inside_another_is_refused_instead_of_waiting_for_itself(database: Database) -> None:
    with database.begin(), pytest.raises(RuntimeError, match="inside another"), database.begin():
        pass
