"""Views for those whose role allows a verb; everybody else is refused before anything is looked up."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from dms.accounts.models import User
from dms.accounts.permissions import check_may
from dms.accounts.roles import Verb

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def signed_in(request: HttpRequest) -> User:
    """The person behind the request."""
    assert isinstance(request.user, User)  # noqa: S101  # the middleware has seen to it
    return request.user


def needs(verb: Verb) -> Callable[[View[P]], View[P]]:
    """Only for people who may do this. Raises: NotYourRole."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            check_may(signed_in(request), verb)
            return view(request, *args, **kwargs)

        return guarded

    return guard
