import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from hiring.model import (
    Candidate,
    Decision,
    Disclosure,
    Draft,
    Ended,
    Loop,
    Opening,
    Outcome,
    Person,
    Pipeline,
    Plan,
    Scorecard,
)
from hiring.ports import Booking
from store import mapping
from store.faults import Unreadable
from tests.store.values import HOUR, NOON, a_loop, any_of_type

KEPT: list[tuple[TypeAdapter[Any], type]] = [
    (mapping.PERSON, Person),
    (mapping.CANDIDATE, Candidate),
    (mapping.OPENING, Opening),
    (mapping.PLAN, Plan),
    (mapping.PIPELINE, Pipeline),
    (mapping.LOOP, Loop),
    (mapping.SCORECARD, Scorecard),
    (mapping.DRAFT, Draft),
    (mapping.DISCLOSURE, Disclosure),
]


@pytest.mark.parametrize(("adapter", "kind"), KEPT, ids=lambda part: getattr(part, "__name__", ""))
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_value_comes_back_equal(adapter: TypeAdapter[Any], kind: type, data: st.DataObject) -> None:
    value = data.draw(any_of_type(kind))
    assert adapter.validate_json(mapping.document(adapter, value)) == value


def test_a_document_from_before_a_field_was_thought_of_is_read_with_its_default() -> None:
    loop = a_loop()
    older = mapping.document(mapping.LOOP, loop)
    assert "refilling" not in older
    assert mapping.value(mapping.LOOP, older) == loop


def test_a_document_of_a_newer_program_is_not_read_since_it_would_be_saved_without_what_is_new() -> None:
    newer = {**json.loads(mapping.document(mapping.LOOP, a_loop())), "thought_of_later": 1}
    with pytest.raises(Unreadable, match=r"^A stored document can't be read: at thought_of_later, unexpected"):
        mapping.value(mapping.LOOP, json.dumps(newer))


def _booking(loop: Loop, *, firm: bool) -> tuple[str, Booking]:
    session = loop.session("coding")
    return "lead", Booking(person="ada", loop=loop.id, session="coding", span=session.span, firm=firm)


def test_a_loop_that_is_laid_out_takes_minutes_firmly_once_it_is_booked() -> None:
    assert list(mapping.bookings(a_loop())) == [_booking(a_loop(), firm=False)]
    assert list(mapping.bookings(a_loop(booked=True))) == [_booking(a_loop(), firm=True)]
    assert list(mapping.bookings(a_loop(person=None))) == []


def test_of_a_loop_that_is_over_only_what_had_begun_was_anybodys_time() -> None:
    loop = a_loop(booked=True)
    early, late = NOON - HOUR, NOON + HOUR / 2
    assert list(mapping.bookings(loop.with_(cancelled=Ended(at=early, by="rita", reason="")))) == []
    assert list(mapping.bookings(loop.with_(cancelled=Ended(at=late, by="rita", reason="")))) == [
        _booking(loop, firm=True)
    ]
    decision = Decision(outcome=Outcome.HOLD, reason="", owner="hugo", at=NOON + 2 * HOUR)
    assert list(mapping.bookings(loop.with_(decision=decision))) == [_booking(loop, firm=True)]
    assert list(mapping.bookings(a_loop().with_(decision=decision))) == []


def test_what_is_wrong_with_a_document_is_told_without_what_it_holds() -> None:
    held = json.loads(mapping.document(mapping.LOOP, a_loop())) | {"created": "zirkonfalter"}
    with pytest.raises(Unreadable) as fault:
        mapping.value(mapping.LOOP, json.dumps(held))
    assert str(fault.value) == "A stored document can't be read: at created, datetime_from_date_parsing"
    assert fault.value.__suppress_context__
    with pytest.raises(Unreadable, match=r"^A stored document can't be read: at the beginning, json_invalid$"):
        mapping.value(mapping.LOOP, "zirkonfalter")


def test_what_is_read_again_is_the_same_value_and_what_is_wrong_is_told_again() -> None:
    text = mapping.document(mapping.LOOP, a_loop())
    assert mapping.kept(mapping.LOOP, text) is mapping.kept(mapping.LOOP, text)
    assert mapping.kept(mapping.LOOP, text) == mapping.value(mapping.LOOP, text)
    for _ in range(2):
        with pytest.raises(Unreadable):
            mapping.kept(mapping.LOOP, "{}")
