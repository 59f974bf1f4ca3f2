"""The `evenhand` command. Exit 0 done, 2 bad input or setting, 3 the answer is no."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.commands import audit, company, deliveries, doctor, erase, export, keys, plan, roles, serve
from bot.commands.opening import BAD, DONE, opened, say
from store.database import Database
from store.faults import StoreFault


def main(given: Sequence[str] | None = None) -> int:
    asked = parser().parse_args(given)
    run: Callable[[argparse.Namespace], int] = asked.run
    try:
        return run(asked)
    except StoreFault as fault:
        say(str(fault))
        return BAD
    except (SQLAlchemyError, TimeoutError) as error:
        # Whatever a database or its disk may be in: what it says may quote a row, so only its kind is told.
        say(f"The database can't be used now ({type(error).__name__}). `evenhand doctor` tries it.")
        return BAD
    except OSError as error:
        say(f"{error.filename or 'Something'} can't be used: {error.strerror}")
        return BAD
    except KeyboardInterrupt:
        return DONE


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="evenhand", description="Fair interview panels, real calendars, sealed scorecards, one clear summary."
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    serve.add_arguments(commands.add_parser("serve", help="run the bot"))
    _demo(commands.add_parser("demo", help="play a whole loop in a local Slack, no accounts needed"))
    plan.add_arguments(commands.add_parser("plan", help="find panel and times for a problem file"))
    company.add_arguments(
        commands.add_parser("import", help="read people, candidates, openings, plans and calendars from a folder")
    )
    commands.add_parser("migrate", help="bring the database up to date").set_defaults(run=_migrate)
    doctor.add_arguments(commands.add_parser("doctor", help="try every setting and permission, and say what to mend"))
    deliveries.add_arguments(
        commands.add_parser("deliveries", help="what is on its way, what was given up, and trying it again")
    )
    export.add_arguments(commands.add_parser("export", help="one candidate's record, to give to them"))
    erase.add_commands(commands)
    roles.add_arguments(commands.add_parser("roles", help="who has which role, and what gives it"))
    audit.add_arguments(commands.add_parser("audit", help="the trail of who did what"))
    keys.add_arguments(commands.add_parser("keys", help="the keys that seal scorecards"))
    return top


def _demo(command: argparse.ArgumentParser) -> None:
    command.add_argument("--headless", action="store_true", help="in the terminal, to the decision, then end")
    command.add_argument("--data", type=Path, metavar="DIR", help="your own folder instead of the example company")
    command.add_argument("--port", type=int, default=8710, help="of the local Slack in the browser (default: 8710)")
    command.set_defaults(run=_play)


def _play(asked: argparse.Namespace) -> int:
    from bot.demo import run  # noqa: PLC0415 - the demo brings the workbench, which a server does not need

    return run(headless=asked.headless, data=asked.data, port=asked.port)


def _migrate(_: argparse.Namespace) -> int:
    def done(_: Database) -> int:
        say("The database is up to date.")
        return DONE

    return opened(done, make=True)  # opening is what migrates


if __name__ == "__main__":
    logging.captureWarnings(capture=True)
    sys.exit(main())
