"""The same jobs in other people's queues: `python -m bench.peers.queues SYSTEM fill|work URL FILE N`.

A job appends its number to a file. Each is set to notice a dead worker after `NOTICED` seconds, where it can.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

NOTICED = 2.0
THREADS = 4


def made(file: str, number: int) -> None:
    """One line, in one write, so that several processes may write."""
    there = os.open(file, os.O_WRONLY | os.O_APPEND)
    os.write(there, f"{number}\n".encode())
    os.close(there)


async def procrastinate(what: str, url: str, file: str, many: int) -> None:
    import procrastinate as theirs  # noqa: PLC0415 - only in the bench's environment

    app = theirs.App(connector=theirs.PsycopgConnector(conninfo=url))

    def write(number: int) -> None:
        made(file, number)

    job = app.task(name="job")(write)

    async def retry_what_stalled() -> None:
        while True:
            await asyncio.sleep(NOTICED / 2)
            for one in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=NOTICED):
                await app.job_manager.retry_job(one)

    async with app.open_async():
        if what == "fill":
            await app.schema_manager.apply_schema_async()
            for start in range(0, many, 500):
                numbers = range(start, min(many, start + 500))
                await job.batch_defer_async(*({"number": number} for number in numbers))
            return
        rounds = asyncio.create_task(retry_what_stalled())
        await app.run_worker_async(
            concurrency=THREADS, update_heartbeat_interval=NOTICED / 4, stalled_worker_timeout=NOTICED
        )
        rounds.cancel()


async def pgqueuer(what: str, url: str, file: str, many: int) -> None:
    import pgqueuer as theirs  # noqa: PLC0415 - only in the bench's environment
    import psycopg  # noqa: PLC0415 - as above

    connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
    queue = theirs.PgQueuer.from_psycopg_connection(connection)
    if what == "fill":
        await queue.queries.install()
        for start in range(0, many, 500):
            payloads = [str(number).encode() for number in range(start, min(many, start + 500))]
            await queue.queries.enqueue(["job"] * len(payloads), payloads, [0] * len(payloads))
        await connection.close()
        return

    async def write(one: Any) -> None:
        made(file, int(one.payload))

    queue.entrypoint("job")(write)
    await queue.run(heartbeat_timeout=timedelta(seconds=NOTICED))


def dbos(what: str, url: str, file: str, many: int) -> None:
    import dbos as theirs  # noqa: PLC0415 - only in the bench's environment

    theirs.DBOS(config={"name": "jobs", "system_database_url": url, "executor_id": "one", "log_level": "ERROR"})

    def write(number: int) -> None:
        made(file, number)

    step = theirs.DBOS.step()(write)

    def all_steps(number: int) -> None:
        step(number)

    job = theirs.DBOS.workflow()(all_steps)

    if what == "fill":
        theirs.DBOS.listen_queues([])
        theirs.DBOS.launch()
        queue = theirs.DBOS.register_queue("jobs", worker_concurrency=THREADS, polling_interval_sec=0.1)
        for number in range(many):
            queue.enqueue(job, number)
        theirs.DBOS.destroy()
        return
    theirs.DBOS.launch()
    theirs.DBOS.register_queue("jobs", worker_concurrency=THREADS, polling_interval_sec=0.1)
    time.sleep(10_000)


def main() -> None:
    system, what, url, file, many = sys.argv[1:]
    Path(file).touch()
    match system:
        case "procrastinate":
            asyncio.run(procrastinate(what, url, file, int(many)))
        case "pgqueuer":
            asyncio.run(pgqueuer(what, url, file, int(many)))
        case _:
            dbos(what, url, file, int(many))


if __name__ == "__main__":
    main()
