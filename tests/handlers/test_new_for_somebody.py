"""`/interview new` with a name or an e-mail after it: who is found by it stands in the modal, and whoever is not can be entered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handlers.blocks import new_loop
from handlers.blocks.new_loop import Typed
from store.database import Database
from tests.database import fresh_database
from tests.handlers import rig
from tests.hiring.worlds import JO, NOW, settled
from workbench.reading import plain

MEET = {
    "a1": ("Amélie Hartwig", "a.hartwig@example.org", "Corvid"),
    "a2": ("Amelie *Brandt*", "brandt@example.org", ""),
    "d1": ("Дмитрий Соколов", "dmitri@example.org", ""),
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = settled(fresh_database(Path(tmp_path_factory.mktemp("new"))))
    with database.begin() as uow:
        for key, (name, email, employer) in MEET.items():
            uow.save_candidate(replace(JO, id=key, name=name, email=email, employer=employer, zone="America/New_York"))
    yield database
    database.close()


def opened(database: Database, text: str, *, by: str = "URITA") -> list[dict[str, Any]]:
    """The modals that were opened by the command; each is one that Slack takes."""
    with rig.web_api() as hands:
        bolt = rig.app(database, NOW, api=hands.api)
        assert rig.send(bolt, rig.command(by, text)).status == 200
        assert [method for method, _ in hands.calls] == ["views.open"] * len(hands.calls)
        return [call["view"] for _, call in hands.calls]


def held(view: dict[str, Any]) -> Typed:
    """What stands in the modal as it opened."""
    elements = {one["block_id"]: one["element"] for one in view["blocks"] if one["type"] == "input"}
    option = elements.get(new_loop.CANDIDATE, {}).get("initial_option")
    return Typed(
        candidate=(option["value"], option["text"]["text"]) if option else None,
        someone=new_loop.NAME in elements,
        name=elements.get(new_loop.NAME, {}).get("initial_value", ""),
        email=elements.get(new_loop.EMAIL, {}).get("initial_value", ""),
    )


SOKOLOV = Typed(candidate=("d1", "Дмитрий Соколов"))
HARTWIG = Typed(candidate=("a1", "Amélie Hartwig"))


@pytest.mark.parametrize(
    ("words", "stands"),
    [
        ("amelie HART", HARTWIG),
        ("  A.Hartwig@example.org ", HARTWIG),
        ("<mailto:a.hartwig@example.org|a.hartwig@example.org>", HARTWIG),
        ("соколов", SOKOLOV),
        ("amelie", Typed()),
        ("", Typed()),
        ("Zoë   Quist", Typed(someone=True, name="Zoë Quist")),
        ("zoe@quist.example", Typed(someone=True, email="zoe@quist.example")),
        ("<mailto:zoe@quist.example|zoe@quist.example>", Typed(someone=True, email="zoe@quist.example")),
        ("@zoe", Typed(someone=True, name="@zoe")),
        ("Q" * 300, Typed(someone=True, name="Q" * 199 + "…")),
    ],
)
def test_the_form_opens_with_whoever_is_meant(database: Database, words: str, stands: Typed) -> None:
    (view,) = opened(database, f"new {words}")
    assert held(view) == stands


def test_times_are_on_the_clock_of_whoever_was_found(database: Database) -> None:
    (view,) = opened(database, "new соколов")
    assert view["private_metadata"] == "America/New_York"


def test_of_several_nobody_is_chosen_and_all_are_named(database: Database) -> None:
    (view,) = opened(database, "new amelie")
    told = [plain(block) for block in view["blocks"] if block["type"] == "context"]
    which = ":mag: This may be Amelie ∗Brandt∗ and Amélie Hartwig (Corvid). Type in the field above to choose one."
    assert which in told
    assert not any(":mag:" in plain(block) for block in opened(database, "new")[0]["blocks"])


def test_of_many_some_are_named() -> None:
    many = [replace(JO, id=f"c{number}", name=f"Jo {number}", employer="") for number in range(100)]
    view = new_loop.new_loop_modal(Typed(), openings=[], plans=[], zone="UTC", meant=many)
    assert any("This may be Jo 0, Jo 1, Jo 2, Jo 3 and others." in plain(block) for block in view["blocks"])


def test_who_may_start_no_loop_finds_nobody(database: Database) -> None:
    assert opened(database, "new amelie", by="UANA") == []
