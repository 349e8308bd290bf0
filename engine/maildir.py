"""Reports from a maildir that the mail server fills: taken from `new`, then kept in `cur` as seen.

A report is taken in a transaction of its own and moved after it. Stopped in between, it is found again, known by its
bytes, and only moved.
"""

import os
import stat
from pathlib import Path

from engine.bounces import Watch, take
from engine.clock import Moment
from engine.database import Database
from engine.errors import CheckFailedError, RefusedError, UnavailableError
from engine.mail.reports import LONGEST

SEEN = ":2,S"


def take_maildir(database: Database, folder: Path, watch: Watch, when: Moment) -> dict[str, int]:
    """Take every mail in `new`; how many were taken, and how many stay for the next time.

    Raises:
        RefusedError: the folder is no maildir.
        CheckFailedError: a mail cannot be read or moved; the others were taken.
    """
    new, cur = folder / "new", folder / "cur"
    if not new.is_dir():
        raise RefusedError(f"{folder}: no maildir (it has no folder 'new'): correct bounces.maildir, or have it made.")
    counts, faults = {"taken": 0, "left": 0}, []
    for path in sorted(new.iterdir()):
        try:
            raw = read_report(path)
            with database.write() as session:
                take(session, raw, watch, when=when)
            cur.mkdir(exist_ok=True)
            path.rename(cur / (path.name.partition(":")[0] + SEEN))
        except UnavailableError:
            counts["left"] += 1
        except OSError as error:
            faults.append(f"{path.name} ({error.strerror})")
        else:
            counts["taken"] += 1
    if faults:
        raise CheckFailedError(f"{new}: {len(faults)} mails cannot be read or moved: {'; '.join(faults[:5])}")
    return counts


def read_report(path: Path) -> bytes:
    """The beginning of a mail in a file, as much as is read of a report.

    Raises:
        OSError: it cannot be read, or is no plain file.
    """
    door = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(door, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "not a plain file")
        return file.read(LONGEST)
