"""What careless lines of code would do: each stands in the place of a function of ours, or tells what nobody may know."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import astuple, replace
from typing import Any

from handlers.blocks.parts import context
from hiring.model import Candidate, Loop, Overall, Person, Release, ReleaseHow
from hiring.rules import sight
from hiring.rules.permissions import Refused
from tests.secrecy.world import World


def secret() -> str:
    """Something that follows from what was written: the scores, the words and their length."""
    written = [
        repr((astuple(card.ratings[0]), card.overall, card.confidence, card.note))
        for world in World.now_playing
        for card in world.written
    ]
    return hashlib.sha256("".join(written).encode()).hexdigest()[:6] if written else ""


def mean() -> str:
    scores = [r.score for w in World.now_playing for card in w.written for r in card.ratings if r.score is not None]
    return f"{sum(scores) / len(scores):.2f}" if scores else ""


def bad_ones() -> int:
    return sum(card.overall is Overall.STRONG_NO for world in World.now_playing for card in world.written)


def odd() -> bool:
    return int(secret() or "0", 16) % 2 == 1


def ground() -> str:
    return ", ".join(str(said.ground) + said.note for world in World.now_playing for said in world.said)


def progress(loop: Loop) -> str:
    return f"{len(loop.submitted)} in"


def logged(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    logging.getLogger("evenhand.scorecards").debug("handed in: %s", secret())
    return do(*a, **k)


def noted(do: Callable[..., None], uow: Any, loop: Loop, verb: str, **facts: Any) -> None:
    do(uow, loop, verb, **facts, mean=mean())


def beside(do: Callable[..., Any], letters: Any, *a: Any, **k: Any) -> Any:
    return [*do(letters, *a, **k), context(mean())] if letters and mean() else do(letters, *a, **k)


def in_row(do: Callable[..., Any], uow: Any, *a: Any, **k: Any) -> Any:
    found = do(uow, *a, **k)
    return tuple(reversed(found)) if odd() else found


def edited(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    says = do(*a, **k)
    return replace(says, day=says.day, lines=(*says.lines, *says.lines[:1])) if bad_ones() else says


def somebody_elses_form(do: Callable[..., Any], uow: Any, loop: Loop, session: str, *, by: Person, now: Any) -> Any:
    form = do(uow, loop, session, by=by, now=now)
    others = uow.scorecards(sight.Grant(loop.id, by.id, sight.Sight.ALL), now=now)
    mine = [card for card in others if card.session == session]
    return replace(form, submitted=mine[-1] if mine else form.submitted)


def all_for(role: str) -> Callable[..., Any]:
    def verdict(do: Callable[..., Any], loop: Loop, viewer: Person) -> Any:
        return sight.Verdict(sight.Sight.ALL, "") if viewer.id == role else do(loop, viewer)

    return verdict


def without_gate(do: Callable[..., Any], uow: Any, loop: Loop, *, by: Person, now: Any) -> Any:
    found = do(uow, loop, by=by, now=now)
    if isinstance(found, Refused) and mean():
        return Refused(f"{found.because} The mean so far is {mean()}.")
    return found


def early(do: Callable[..., Any], loop: Loop, now: Any) -> Any:
    out = do(loop, now)
    waiting = out is None and loop.released is None and loop.cancelled is None and loop.booked_at is not None
    return Release(at=now, how=ReleaseHow.QUORUM) if waiting and loop.submitted and bad_ones() else out


def with_overall(do: Callable[..., Loop], loop: Loop, card: Any, *a: Any, **k: Any) -> Loop:
    saved = do(loop, card, *a, **k)
    return replace(
        saved, submitted=tuple(replace(s, commitment=f"{s.commitment} {card.overall}") for s in saved.submitted)
    )


def reasoned(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    return {person: f"{word} ({ground()})" for person, word in do(*a, **k).items()}


def event(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    return tuple(replace(event, description=f"{event.description} {ground()}") for event in do(*a, **k))


def sooner(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    """The next reminder comes earlier when somebody wrote a bad scorecard."""
    return do(*a, **k) + (1 if bad_ones() else 0)


def touched(do: Callable[..., Any], loop: Loop) -> Any:
    return (*do(loop), len(loop.submitted))


def page(do: Callable[..., str], template: str, **values: Any) -> str:
    return f"{do(template, **values)}<!-- {secret()} -->"


def stored(do: Callable[..., Any], loop: Loop, tail: str, kind: Any, to: str = "", **k: Any) -> Any:
    made = do(loop, tail, kind, to, **k)
    return replace(made, refs=(*made.refs, ("mean", mean())))


def home(do: Callable[..., Any], view: Any, **k: Any) -> Any:
    shown = do(view, **k)
    return {**shown, "blocks": [*shown["blocks"], context(f"so far {mean()}")]}


def draft_of_others(do: Callable[..., Any], scene: Any, session: str) -> bool:
    return bool(do(scene, session)) or odd()


def owed_home(do: Callable[..., Any], uow: Any, person: Person, **k: Any) -> Any:
    return tuple(replace(one, draft_saved=odd()) for one in do(uow, person, **k))


def fault(do: Callable[..., Any], loop: Loop, session: str, by: Person, **k: Any) -> Any:
    found = do(loop, session, by, **k)
    return Refused(f"{found.because} ({secret()})") if isinstance(found, Refused) else found


def anybody(do: Callable[..., Any], loop: Loop, by: Person) -> Any:
    return do(loop, by) if sight.is_barred(loop, by.id) else None


def past(*_: Any, candidate: Candidate, **__: Any) -> str:
    return repr(candidate.employers)


def need(*_: Any, candidate: Candidate, **__: Any) -> str:
    return candidate.accommodation


def exported(do: Callable[..., Any], loop: Loop, reader: str) -> Any:
    return replace(do(loop, reader), sight=sight.Sight.ALL)


def listed(do: Callable[..., Any], one: Any) -> Any:
    return {**do(one), "reason": mean()}


def counted(do: Callable[..., None], standing: Any) -> None:
    do(standing)
    standing._phases |= {f"waiting {mean()}": 1}


def invited(do: Callable[..., bytes], *a: Any, **k: Any) -> bytes:
    return do(*a, **k).replace(b"END:VCALENDAR", f"X-NOTE:{ground()}\r\nEND:VCALENDAR".encode())


def signed(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    letter = do(*a, **k)
    return letter and replace(letter, text=f"{letter.text}\n{mean()}")


def taken(do: Callable[..., Any], *a: Any, **k: Any) -> Any:
    goes = do(*a, **k)
    return goes if isinstance(goes, Refused) else replace(goes, messages=goes.messages + bad_ones())


def said(refused: Callable[[str], Refused], because: str) -> Refused:
    return refused(f"{because} {secret()}")


def named(_: Callable[..., Candidate], candidate: Candidate, *__: Any) -> Candidate:
    return candidate


def uncleaned(_: Callable[..., str], text: str, *__: Any, **___: Any) -> str:
    return text


def lettered(do: Callable[..., Any], loop: Loop, candidate: Candidate) -> Any:
    work = do(loop, candidate)
    return work and replace(work, handle=f"{work.handle}{len(candidate.name)}")
