"""What must not be seen before release: planted words, and a look at every screen, page and file for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import httpx

from hiring.model import Loop, Overall
from tests.story.world import World
from workbench.player import Player, control
from workbench.reading import screen_text

COMMANDS = ("", "status", "status Jo", "feedback", "load", "decide", "bottlenecks", "nudge")
VERDICTS = re.compile(r"Strong no|Strong yes|strong_no|strong_yes|weighted mean|Scores by criterion", re.IGNORECASE)


@dataclass
class Secrets:
    """Scorecards to be written, every text in them a word that stands nowhere else; and the words written so far."""

    world: World
    planted: dict[str, str] = field(default_factory=dict)

    def scorecard(self, loop: Loop, session: str, person: str, *, score: int, overall: Overall) -> Mapping[str, str]:
        """The fields of a scorecard with planted evidence and note."""
        rubric = loop.plan.rubric(session)
        assert rubric is not None
        fields = {"overall": overall.value, "confidence": "high", "note": self._word("note", session, person)}
        for criterion in rubric.criteria:
            fields[f"score:{criterion.id}"] = str(score)
            fields[f"evidence:{criterion.id}"] = self._word("evidence", session, person, criterion.id)
        return fields

    def _word(self, *about: str) -> str:
        word = f"canary-{'-'.join(about)}-{len(self.planted):03d}"
        self.planted[word] = person = about[2]
        return f"{word}: said by {person} alone, written at some length, and to be read by nobody else."

    # ---- looking -----------------------------------------------------------------------------------------------------

    def look(self, *, except_modal_of: str | None = None) -> None:
        """No word is on any screen, page or disk; a person's own open modal apart."""
        self.world.quiet()
        self.world.homes()
        for person in self.world.stage.accounts:
            screen = self.world.player(person).screen()
            if person == except_modal_of:
                screen = {**screen, "views": []}
            told = json.dumps(screen, ensure_ascii=False)
            assert self.found(told) == (), f"{person} sees {self.found(told)}"
            assert VERDICTS.search(told) is None, f"{person} sees a verdict:\n{screen_text(screen)}"
            assert '"type": "table"' not in told
        self._pages(except_for=except_modal_of)
        self._disk()

    def ask(self) -> None:
        """Everybody asks for all there is to ask for, so that the answers stand on their screens, too."""
        for person in self.world.stage.accounts:
            player = self.world.player(person)
            for command in COMMANDS:
                player.command(f"/interview {command}".strip())
                if player.view() is not None:
                    told = json.dumps(player.view(), ensure_ascii=False)
                    assert self.found(told) == ()
                    player.close(everything=True)

    def found(self, text: str) -> tuple[str, ...]:
        return tuple(word for word in self.planted if word in text)

    def _pages(self, *, except_for: str | None) -> None:
        """The page as it is drawn for each person, conversation by conversation and App Home."""
        for person, account in self.world.stage.accounts.items():
            if person == except_for:
                continue
            for place in [*_conversations(self.world.player(person)), "home"]:
                page = httpx.get(f"{self.world.slack.url}/ui/{account}?at={place}").text
                assert self.found(page) == (), f"{person} sees {self.found(page)} at {place}"

    def _disk(self) -> None:
        """Whoever holds the files holds nothing: scorecards and drafts are sealed before they are written."""
        for file in sorted(self.world.home.glob("evenhand.db*")):
            held = file.read_bytes()
            assert [word for word in self.planted if word.encode() in held] == [], file.name

    def look_back(self) -> None:
        """Of all that ever went out of the bot, a word stood only in its author's own modal."""
        for call in control(self.world.slack.url, "log")["calls"]:
            for word in self.found(json.dumps([call["args"], call["answer"]], ensure_ascii=False)):
                assert call["method"] == "views.open"
                assert call["seen_by"] == [self.world.stage.accounts[self.planted[word]]]


def _conversations(player: Player) -> Iterable[str]:
    return [where["id"] for where in player.screen()["conversations"]]
