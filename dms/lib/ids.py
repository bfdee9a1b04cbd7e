"""Identifiers that sort by the moment they were made (UUID version 7, RFC 9562)."""

import secrets
import time
import uuid


def new_id() -> uuid.UUID:
    """A new UUIDv7: 48 bits of milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return uuid.UUID(int=value | 0b10 << 62 | secrets.randbits(62))
