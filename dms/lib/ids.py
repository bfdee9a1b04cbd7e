"""Identifiers: those that sort by the moment they were made (UUID version 7, RFC 9562), those of rows, and what is sent as one."""

import re
import secrets
import time
import uuid

ROW_ID = re.compile(r"[1-9][0-9]{0,17}\Z")  # fits a database integer


def new_id() -> uuid.UUID:
    """A new UUIDv7: 48 bits of milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return uuid.UUID(int=value | 0b10 << 62 | secrets.randbits(62))


def is_row_id(untrusted: str) -> bool:
    """Whether the text is a row's number in the one way that a database, an access key and the ledger write it."""
    return ROW_ID.match(untrusted) is not None


def sent_id(untrusted: uuid.UUID | str) -> uuid.UUID:
    """The identifier that was sent; one that names nothing where that is no UUID."""
    try:
        return uuid.UUID(str(untrusted))
    except ValueError:
        return uuid.UUID(int=0)
