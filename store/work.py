"""The unit of work: everything that can be read and written in one transaction."""

from store.directory import Directory
from store.followups import Followups
from store.loops import Loops
from store.sealed import Sealed


class Work(Directory, Loops, Sealed, Followups):
    """What `hiring.ports.UnitOfWork` promises, and what keeping house needs beside it."""
