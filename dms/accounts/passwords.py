"""Passwords made by the machine: strong, and fit to be read out and typed."""

import secrets

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is taken for something else
GROUPS, GROUP_CHARS = 4, 4  # 16 characters out of 31: 79 bits


def generated() -> str:
    """Four groups of four, such as k3md-w7pa-x9tz-q2hf."""
    return "-".join(
        "".join(secrets.choice(LETTERS) for _ in range(GROUP_CHARS)) for _ in range(GROUPS)
    )
