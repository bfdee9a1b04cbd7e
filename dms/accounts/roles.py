"""Who may do what: one table of roles and verbs. A role widens what may be done, never what may be seen."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verb(StrEnum):
    """Something that a person may do."""

    READ = "read"  # search, open and download what is visible
    UPLOAD = "upload"
    DESCRIBE = "describe"  # edit metadata, accept suggestions
    CHECK_IN = "check_in"  # add or restore a version
    WITHDRAW = "withdraw"
    SHARE = "share"  # change mode and grants
    JUDGE_SECRECY = "judge_secrecy"  # open a locked document of his units, say that a mark is none
    OPERATE = "operate"  # queues, retry, cancel, health
    MANAGE_USERS = "manage_users"
    TAKE_ACCESS = "take_access"  # grant himself access to a document; always a ledger event


class Role(models.TextChoices):
    """What a person is in the agency."""

    ADMINISTRATOR = "administrator", _("Administrator")
    ARCHIVIST = "archivist", _("Archivist")
    CLERK = "clerk", _("Records clerk")
    STAFF = "staff", _("Staff")
    QUALITY_OFFICER = "quality_officer", _("Quality officer")
    LEADER = "leader", _("Leader")
    READER = "reader", _("Reader")


_WORK = frozenset({Verb.READ, Verb.UPLOAD, Verb.DESCRIBE, Verb.CHECK_IN, Verb.WITHDRAW, Verb.SHARE})

MAY: dict[str, frozenset[Verb]] = {
    Role.ADMINISTRATOR: frozenset({Verb.READ, Verb.OPERATE, Verb.MANAGE_USERS, Verb.TAKE_ACCESS}),
    Role.ARCHIVIST: _WORK | {Verb.OPERATE},
    Role.CLERK: _WORK,
    Role.STAFF: _WORK,
    Role.QUALITY_OFFICER: _WORK,
    Role.LEADER: _WORK | {Verb.JUDGE_SECRECY},
    Role.READER: frozenset({Verb.READ}),
}
