"""The table of roles and verbs, in the reader's words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from dms.accounts.roles import MAY, Role, Verb

VERB_LABELS: Mapping[Verb, Any] = {
    Verb.READ: _("read and search"),
    Verb.UPLOAD: _("take in"),
    Verb.DESCRIBE: _("describe"),
    Verb.CHECK_IN: _("check in versions"),
    Verb.WITHDRAW: _("withdraw"),
    Verb.SHARE: _("decide who sees"),
    Verb.JUDGE_SECRECY: _("judge secrecy marks"),
    Verb.OPERATE: _("operate"),
    Verb.MANAGE_USERS: _("manage people"),
    Verb.TAKE_ACCESS: _("take access"),
}


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role and, for each verb, whether it allows it; `held` by the person at hand."""

    label: Any
    may: tuple[bool, ...]
    held: bool


@dataclass(frozen=True, slots=True)
class RoleTable:
    """All of it."""

    verbs: tuple[Any, ...]
    rows: tuple[RoleRow, ...]


def role_table(held: Collection[str] = ()) -> RoleTable:
    """The one table, as it stands in code."""
    return RoleTable(
        verbs=tuple(VERB_LABELS[verb] for verb in Verb),
        rows=tuple(
            RoleRow(role.label, tuple(verb in MAY[role] for verb in Verb), role in held)
            for role in Role
        ),
    )
