"""Checks of verbs: `can_x` asks, `check_x` raises."""

from dms.accounts.models import User
from dms.accounts.roles import Verb
from dms.errors import Denied


class NotYourRole(Denied):
    """Your role does not allow this; ask an administrator of your agency."""

    code = "not_your_role"


def check_may(user: User, verb: Verb) -> None:
    """Raises: NotYourRole."""
    if not user.may(verb):
        raise NotYourRole(verb=verb.value)
