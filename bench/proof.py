"""The numbers behind "exact": random problems of every rule, ours against CP-SAT and against brute force.

Our own answers are looked for anew in every run. What the others said is kept in a file, a line a seed, so that a run that
was broken off goes on where it stopped: `EVENHAND_PROOF_LOG` says where (a folder of the machine's own unless told). A
line counts only for the very worlds and peers that it was written for.
"""

import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path

from bench.page import Section
from bench.peers import cpsat
from scheduling import Problem, faults, solve
from tests.scheduling import brute, worlds
from tests.scheduling.worlds import SMALL, TINY, Size, world

ORACLE_SEEDS = int(os.environ.get("EVENHAND_ORACLE_SEEDS", "2000"))
ORACLE_SECONDS = float(os.environ.get("EVENHAND_ORACLE_SECONDS", "20"))
"""Most take CP-SAT a tenth of a second; seed 253 takes it 40, and seed 529 more than ten minutes."""
BRUTE_SEEDS = int(os.environ.get("EVENHAND_BRUTE_SEEDS", "10000"))
LOG = Path(os.environ.get("EVENHAND_PROOF_LOG") or Path(tempfile.gettempdir()) / "evenhand-proof.jsonl")
TELL_EVERY = 10.0
LONG = 5.0


class Kept:
    """What a peer said of each seed, in this run or in one before."""

    def __init__(self, peer: str, *sources: str, seconds: float = 0) -> None:
        """What was left undecided in fewer `seconds` is asked again."""
        self.peer, self.seconds = peer, seconds
        self.mark = hashlib.sha256("\0".join(Path(source).read_text() for source in sources).encode()).hexdigest()[:16]
        lines = LOG.read_text().splitlines() if LOG.exists() else []
        said = [json.loads(line) for line in lines if line.endswith("}")]
        self.costs: dict[int, int | None] = {
            one["seed"]: one["cost"] for one in said if (one["peer"], one["mark"]) == (peer, self.mark)
        }

    def cost(self, seed: int, ask: Callable[[], int | None]) -> int | None:
        if seed not in self.costs:
            self.costs[seed] = ask()
            line = {
                "peer": self.peer,
                "mark": self.mark,
                "seed": seed,
                "cost": self.costs[seed],
                "seconds": self.seconds,
            }
            with LOG.open("a") as log:
                log.write(json.dumps(line) + "\n")
        return self.costs[seed]


class Trial:
    """Ours beside one peer, seed after seed, told line by line."""

    def __init__(self, kept: Kept, size: Size, ask: Callable[[Problem], int | None]) -> None:
        self.kept, self.size, self.ask = kept, size, ask
        self.outcomes: Counter[str] = Counter()
        self.differ: list[int] = []
        self.undecided: list[int] = []

    def run(self, wanted: int) -> None:
        """Goes on until the peer has decided so many."""
        began = told = time.monotonic()
        for seed in count():
            done = seed - len(self.undecided)
            if done == wanted:
                break
            since = time.monotonic()
            self._compare(seed)
            now = time.monotonic()
            if now - since > LONG:
                print(f"{self.kept.peer}: seed {seed} took {now - since:.0f} s", flush=True)
            if now - told > TELL_EVERY or done + 1 == wanted:
                told = now
                print(f"{self.kept.peer}: {done + 1:,} of {wanted:,} after {now - began:.0f} s; {self}", flush=True)

    def _compare(self, seed: int) -> None:
        problem = world(seed, self.size)
        (answer,) = solve(problem, seconds=60, monotonic=time.monotonic)
        wrong = faults(problem, answer)
        if wrong:
            raise AssertionError((seed, wrong))
        least = self.kept.cost(seed, lambda: self.ask(problem))
        if least is None:
            self.undecided.append(seed)
            return
        self.outcomes[answer.status] += 1
        if least != answer.cost:
            print(f"{self.kept.peer}: seed {seed} costs {least}, ours {answer.cost}", file=sys.stderr, flush=True)
            self.differ.append(seed)

    def __str__(self) -> str:
        told = ", ".join(f"{count:,} {status}" for status, count in sorted(self.outcomes.items()))
        verdict = f"costs differ at seeds {self.differ}" if self.differ else "the same cost every time"
        left = f"; besides, {len(self.undecided)} left undecided (seeds {self.undecided})" if self.undecided else ""
        return f"{told}; {verdict}{left}"


def proof() -> str:
    print(f"what the peers say is kept in {LOG}", flush=True)
    lines = [
        _oracle(),
        f"{BRUTE_SEEDS:,} tiny ones against brute force: {_brute()}.",
        "The checker had nothing to say against any answer (a fault would have ended this run).",
        (
            "How many is set by `EVENHAND_ORACLE_SEEDS` (2,000 unless told) and `EVENHAND_BRUTE_SEEDS` (10,000). A run "
            "tells how far it is, and one that was broken off goes on where it stopped (`EVENHAND_PROOF_LOG`)."
        ),
    ]
    return "\n\n".join(lines)


def _oracle() -> str:
    if cpsat.missing():
        return f"CP-SAT was not asked: {cpsat.missing()}."
    from bench.peers import cpsat_itinerary, cpsat_model  # noqa: PLC0415 -- needs ortools, which may be missing
    from tests.scheduling import oracle  # noqa: PLC0415 -- as above

    sources = (worlds.__file__, cpsat_model.__file__, cpsat_itinerary.__file__)
    indexed = Kept("CP-SAT, time-indexed", *sources, seconds=ORACLE_SECONDS)
    clauses = Kept("CP-SAT", worlds.__file__, oracle.__file__, seconds=ORACLE_SECONDS)
    trials = (
        Trial(indexed, SMALL, lambda problem: cpsat.least_cost(problem, seconds=ORACLE_SECONDS)),
        Trial(clauses, SMALL, lambda problem: oracle.Oracle(problem).least_cost(seconds=ORACLE_SECONDS)),
    )
    for trial in trials:
        trial.run(ORACLE_SEEDS)
    return (
        f"{ORACLE_SEEDS:,} random problems against CP-SAT with each of two models, written apart; those count that it "
        f"decided in {ORACLE_SECONDS:.0f} s. The bench's, time-indexed, which reads free time and caps as the engine does: "
        f"{trials[0]}. "
        f"The tests' own, of plain clauses, which shares nothing with the engine: {trials[1]}."
    )


def _brute() -> str:
    trial = Trial(Kept("brute force", worlds.__file__, brute.__file__), TINY, brute.cheapest)
    trial.run(BRUTE_SEEDS)
    return str(trial)


SECTIONS = {"proof": Section("Exactness", proof)}
