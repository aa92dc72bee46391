"""A blank Prefect database, made once at installation: `python -m flows.blank`.

Prefect makes a new database by going through every change its tables ever had, which costs ten seconds.
A new home starts with a copy of the blank one instead. Without it everything works, only slower.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

_SQLITE = "sqlite+aiosqlite:///"


def blank_database() -> Path:
    """Where this installation keeps it; another Prefect has another one."""
    return Path(sys.prefix) / "share" / "keruen" / f"prefect-{version('prefect')}.sqlite3"


def provide_database(url: str) -> bool:
    """Put a copy of the blank database where `url` points, if that is a file that is not there yet.

    Whether it did. Only the one process that is about to serve the database may call it.
    """
    target = Path(url.removeprefix(_SQLITE))
    if not url.startswith(f"{_SQLITE}/") or target.exists() or not blank_database().exists():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(target.name + ".new")
    shutil.copyfile(blank_database(), draft)
    draft.replace(target)
    return True


def make() -> Path:
    """Make the blank database unless it is there."""
    blank = blank_database()
    if blank.exists():
        return blank
    blank.parent.mkdir(parents=True, exist_ok=True)
    draft = blank.with_suffix(f".{os.getpid()}")
    os.environ["PREFECT_API_DATABASE_CONNECTION_URL"] = f"{_SQLITE}{draft}"
    from prefect.server.database import provide_database_interface

    async def create() -> None:
        database = provide_database_interface()
        await database.create_db()
        await (await database.engine()).dispose()

    asyncio.run(create())
    draft.replace(blank)
    for left in blank.parent.glob(f"{draft.name}-*"):  # what SQLite keeps beside an open file
        left.unlink()
    return blank


if __name__ == "__main__":
    make()
