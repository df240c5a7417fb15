"""Why an export comes to nothing, and what mends it. None of it holds what somebody wrote: it is kept in clear. Where a
folder is taken by a process that is dying, and where the database is away, it is tried again.
"""

import socket
import sqlite3

from bots.retention.export.bounds import TooMany
from bots.retention.export.export import Unsound
from bots.retention.export.office import NothingThere
from bots.retention.export.pdf import NoPdf
from bots.retention.export.proved import Unproved
from bots.retention.export.writing import Missing
from bots.retention.handover.volumes import MOST, TooLarge, TooManyParts
from bots.retention.search.query import BadQuery
from bots.retention.tree import Incomplete
from bridge.disk import DiskError
from bridge.saying import Saying
from bridge.seal import MasterAway
from bridge.store.keyring import MasterChanged

HINDRANCES = (
    NothingThere, TooMany, TooLarge, TooManyParts, NoPdf, BadQuery, Missing, Unsound, Incomplete, Unproved, DiskError,
    OSError, sqlite3.Error,
)  # fmt: skip

AWAY = (ConnectionError, TimeoutError, socket.gaierror, MasterAway, MasterChanged)
"""Of those: the database or the master key is away for a while, or the way to them. It is tried again."""


def told(error: Exception) -> Saying:
    """One of them, as the officer is told it."""
    match error:
        case NothingThere():
            return Saying.of("records-export-nothing")
        case TooMany(selected=selected, most=most):
            return Saying.of("records-export-too-many", selected=selected, most=most)
        case TooLarge(limit=limit):
            return Saying.of("records-export-too-large", mebibytes=limit / 2**20)
        case TooManyParts(parts=parts):
            return Saying.of("records-export-many-parts", parts=parts, most=MOST)
        case NoPdf():
            return Saying.of("records-export-no-pdf")
        case BadQuery():
            return Saying.of("records-export-query")
        case OSError():
            return Saying.of("records-export-disk", why=str(DiskError(error)))
        case DiskError() | sqlite3.Error():
            return Saying.of("records-export-disk", why=str(error))
        case _:
            return Saying.of("records-export-not-whole")
