"""Slack refuses nothing that we send, however long the names and texts, in whatever script."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import typing
from collections.abc import Mapping
from functools import cache

import pytest

import handlers.blocks
from handlers.blocks.message import Message
from handlers.blocks.parts import Block
from tests.handlers.blocks import surfaces, world
from workbench.gate import faults

SIZES = ("ordinary", "extreme")
INTERNAL = {"handlers.blocks.parts", "handlers.blocks.message", "handlers.blocks.itinerary", "handlers.blocks.grounds"}
NOT_A_SURFACE = {"table", "weeks", "known", "choose_loop", "more_menu"}


@pytest.mark.parametrize("size", SIZES)
def test_every_message_is_taken(size: str) -> None:
    made = _messages(size)
    found = {name: faults("message", _payload(one)) for name, one in made.items()}
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.parametrize("size", SIZES)
def test_every_modal_is_taken(size: str) -> None:
    found = {name: faults("modal", view) for name, view in _modals(size).items()}
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.parametrize("size", SIZES)
def test_every_home_is_taken(size: str) -> None:
    found = {name: faults("home", view) for name, view in _homes(size).items()}
    assert {name: told for name, told in found.items() if told} == {}


def test_the_gate_would_say_so() -> None:
    long = Message(text="x", blocks=({"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},))
    assert faults("message", _payload(long)) != ()


def test_no_surface_is_left_out() -> None:
    tried = {name.split(" ")[0] for name in [*_messages("ordinary"), *_modals("ordinary"), *_homes("ordinary")]}
    assert _surfaces() - tried == set()


def test_previews_give_nothing_away() -> None:
    planted = world.ordinary()
    texts = [one.text for one in surfaces.messages(planted, note="Planted note, four points").values()]
    for secret in (*planted.candidate.name.split(), planted.candidate.employer, "Planted", "points", "4"):
        assert [text for text in texts if secret in text] == []


def test_a_question_about_a_conflict_says_name_and_employer_only() -> None:
    planted = world.ordinary()
    asked = json.dumps(_messages("ordinary")["attest_ask"].blocks, ensure_ascii=False)
    candidate = planted.candidate
    assert candidate.name in asked
    assert candidate.employer in asked
    assert [secret for secret in (candidate.email, candidate.zone, "Brief", "Correct code") if secret in asked] == []


def test_nothing_is_escaped_twice() -> None:
    """Else a colleague once at “Procter & Gamble” reads of “Procter &amp; Gamble”."""
    shown = {
        **{name: one.blocks for name, one in _messages("extreme").items()},
        **{name: view["blocks"] for name, view in {**_modals("extreme"), **_homes("extreme")}.items()},
    }
    assert [name for name, blocks in shown.items() if "&amp;amp;" in json.dumps(blocks)] == []
    assert [name for name, blocks in shown.items() if "&amp;lt;" in json.dumps(blocks)] == []


def test_after_a_conflict_nothing_of_the_candidate_stays_in_the_message() -> None:
    planted = world.ordinary()
    told = json.dumps(_messages("ordinary")["attest_answered conflict"].blocks, ensure_ascii=False)
    assert [part for part in (*planted.candidate.name.split(), planted.candidate.employer) if part in told] == []


def test_each_picture_of_a_message_has_a_place_of_its_own() -> None:
    for size in SIZES:
        for name, one in _messages(size).items():
            places = [block for block in one.blocks if block["type"] == "image"]
            expected = [{"id": picture.place} for picture in one.pictures]
            assert len({picture.place for picture in one.pictures}) == len(one.pictures)
            assert (name, [block["slack_file"] for block in places]) == (name, expected)


@cache
def _world(size: str) -> world.World:
    return world.extreme() if size == "extreme" else world.ordinary()


@cache
def _messages(size: str) -> Mapping[str, Message]:
    return surfaces.messages(_world(size))


@cache
def _modals(size: str) -> Mapping[str, Block]:
    return surfaces.modals(_world(size))


@cache
def _homes(size: str) -> Mapping[str, Block]:
    return surfaces.homes(_world(size))


def _payload(made: Message) -> dict[str, object]:
    """As the messenger sends it: with the file's id in place of the placeholder."""
    blocks = [
        block | {"slack_file": {"id": "F0000001"}} if block["type"] == "image" else block for block in made.blocks
    ]
    return {"text": made.text, "blocks": blocks}


def _surfaces() -> set[str]:
    """The public functions of handlers.blocks that make a message, a modal or a page."""
    found = set()
    for info in pkgutil.iter_modules(handlers.blocks.__path__, "handlers.blocks."):
        module = importlib.import_module(info.name)
        if info.name in INTERNAL:
            continue
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == info.name and not name.startswith("_")
            if own and typing.get_type_hints(function).get("return") in {Message, Block}:
                found.add(name)
    return found - NOT_A_SURFACE
