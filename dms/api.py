"""The JSON API: one OpenAPI document over the routers of the apps."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.utils import check_csrf

from dms.documents.api import router as documents
from dms.errors import Denied, DmsError
from dms.middleware import error_response, problem
from search.api import router as search


class Forged(Denied):
    """The request carries no proof that it comes from our own pages; load the page again."""

    code = "csrf"


def signed_in(request: HttpRequest) -> Any:
    """Who asks; a browser's session must prove that our own page sent it. Raises: Forged."""
    if check_csrf(request) is not None:
        raise Forged
    return request.user


class WholeCharacters(Parser):
    """Bodies in which every character can be stored: JSON can write halves of one (lone surrogates)."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Raises: ValueError, which is answered as a body that cannot be parsed."""
        given = super().parse_body(request)
        json.dumps(given, ensure_ascii=False).encode()
        return given


api = NinjaAPI(title="Vankho", version="1", docs_url=None, auth=signed_in, parser=WholeCharacters())
api.add_router("/documents", documents)
api.add_router("/search", search)


@api.exception_handler(DmsError)
def tell(request: HttpRequest, error: DmsError) -> HttpResponse:
    """The same translation as the middleware's."""
    return error_response(request, error)  # type: ignore[return-value]  # the base class of the same


@api.exception_handler(HttpError)
def tell_unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON; what the framework says of it is not in our form."""
    return problem(error.status_code, "invalid", str(error))


@api.exception_handler(ValidationError)
def tell_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Which parameter is wrong, and why."""
    first = error.errors[0] if error.errors else {}
    where = ".".join(str(part) for part in first.get("loc", ()))
    return problem(422, "invalid", f"{where}: {first.get('msg', '')}")
