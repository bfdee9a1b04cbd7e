"""Who asks."""

from django.http import HttpRequest

from dms.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The person behind the request; the middleware has seen to it that there is one."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user
