"""The unit of work: everything that can be read and written in one transaction."""

from store.erasure import Erasure
from store.loops import Loops
from store.sealed import Sealed


class Work(Erasure, Loops, Sealed):
    """What `hiring.ports.UnitOfWork` and `Archive` promise, and what keeping house needs beside it."""
