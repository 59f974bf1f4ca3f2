"""What can go wrong with what is kept, beside the port's `Stale` and `Unknown`."""

from typing import Final

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection


class StoreFault(Exception):
    """Something that the operator must mend; the message says what and how, and holds neither keys nor content."""


class UnusableUrl(StoreFault):
    """The database's address can't be used; the message says what would do."""


class WrongSchema(StoreFault):
    """The database's tables are not those that this program knows."""


class SealFault(StoreFault):
    """What is sealed can't be opened, or a key can't be used."""


class Unreadable(StoreFault):
    """What is stored is not what this program writes: it was changed by hand or by a newer program."""


class Overlapping(Exception):
    """A firm booking would give somebody two places at one time; nothing was saved."""


class NotKept(Exception):
    """The database could not commit what several units of work wrote; none of them was done."""


AWAY: Final = (OperationalError, InternalError, InterfaceError, NoConnection, TimeoutError, NotKept)
"""The database is not to be reached, busy for too long, or can keep nothing: nothing is wrong with what was asked."""


class ReadOnly(Exception):
    """Something was to be written in a unit of work that was begun to read."""


class Erased(Exception):
    """The key of what is asked for was destroyed: it can't be read or added to, ever."""


class LostClaim(Exception):
    """The lease ran out and somebody else has the delivery, or it was settled: do nothing more for it."""
