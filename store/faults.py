"""What can go wrong with what is kept, beside the port's `Stale` and `Unknown`."""


class Overlapping(Exception):
    """A firm booking would give somebody two places at one time; nothing was saved."""


class ReadOnly(Exception):
    """Something was to be written in a unit of work that was begun to read."""


class WrongSchema(Exception):
    """The database's tables are not those that this program knows; the message says what to do."""


class SealFault(Exception):
    """What is sealed can't be opened or a key can't be used; the message never holds key or content."""


class Erased(Exception):
    """The key of what is asked for was destroyed: it can't be read or added to, ever."""


class LostClaim(Exception):
    """The lease ran out and somebody else has the delivery, or it was settled: do nothing more for it."""
