"""Checks of verbs: `can_x` asks, `check_x` raises."""

from dms.accounts.models import Unit, User
from dms.accounts.roles import Verb
from dms.errors import Denied


class NotYourRole(Denied):
    """Your role does not allow this; ask an administrator of your agency."""

    code = "not_your_role"


def check_may(user: User, verb: Verb) -> None:
    """Raises: NotYourRole."""
    if not user.may(verb):
        raise NotYourRole(verb=verb.value)


def can_fill(user: User, unit: Unit) -> bool:
    """Whether what this person takes in may belong to the unit: his own and those below it.

    The machine's actor fills every unit of every agency: whoever may write into the watched folder or run
    commands decides whose a file is. What that actor sees stays what everybody in his unit sees.
    """
    return user.is_machine or unit.pk in user.unit_ids
