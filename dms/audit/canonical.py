"""The bytes of an event that its leaf vouches for; docs/reference/ledger.md describes them."""

import json
from datetime import UTC, datetime
from typing import Any

from dms.audit.models import Event


def dump(value: Any) -> str:
    """JSON in its one stable form: keys sorted, no spaces, no escapes that UTF-8 does not need."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment(at: datetime) -> str:
    """A moment in UTC with six digits of microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(event: Event) -> bytes:
    """Every column of the event, so that no column can change unnoticed."""
    return dump(
        {
            "id": event.pk,
            "kind": event.kind,
            "target": event.target,
            "actor": event.actor,
            "at": moment(event.at),
            "detail": json.loads(event.detail),
            "salt": event.salt,
            "once": event.once,
        }
    ).encode()
