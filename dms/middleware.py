"""What holds for every request: sign-in by default, a strict content policy, errors in the caller's form."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.defaults import page_not_found

from dms.accounts.tokens import user_of
from dms.errors import DmsError, NotFound
from dms.lib.sentences import sentence_of
from dms.storage.trouble import trouble

log = logging.getLogger(__name__)
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
        "font-src 'self'", "connect-src 'self'", "form-action 'self'", "base-uri 'none'",
        "frame-ancestors 'none'", "manifest-src 'self'",
    )
)  # fmt: skip


class ContentSecurityPolicy:
    """No inline script or style anywhere; a response may set a stricter policy itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        return response


class TokenSignIn:
    """A bearer token signs a program in for this request; such a request carries no cookie to forge."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            request.user = user_of(token.strip()) or AnonymousUser()
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # how Django's middleware is told
        return self.get_response(request)


class SignInRequired(LoginRequiredMiddleware):
    """Everything asks for a sign-in unless its view says otherwise; a program gets 401, not a form."""

    def handle_no_permission(  # type: ignore[override]  # a program is not redirected
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if is_program(request):
            response = problem(401, "sign_in_required", gettext("Sign in first."))
            response["WWW-Authenticate"] = "Bearer"
            return response
        answer: HttpResponseBase = super().handle_no_permission(request, view_func)
        if request.headers.get("HX-Request"):
            answer = HttpResponse(status=401, headers={"HX-Redirect": "/"})
        return answer


class TranslateErrors:
    """A DmsError, or a disk in trouble, becomes problem+json, a fragment or a page; nothing else is caught."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Tell the caller what went wrong and what to do."""
        told = error if isinstance(error, DmsError) else trouble(error)
        if told is None:
            return None
        if told is not error:
            told.__cause__ = error  # for the log
        return error_response(request, told)


def error_response(request: HttpRequest, error: DmsError) -> HttpResponseBase:
    """The error in the form that this caller reads."""
    if error.http_status >= 500:  # noqa: PLR2004  # ours, not the caller's
        log.error("%s: %s", error.code, error, exc_info=error)
    sentence = sentence_of(error)
    if is_program(request):
        return problem(error.http_status, error.code, sentence, **error.facts)
    fragment = bool(request.headers.get("HX-Request"))
    template = "_error.html" if fragment else "error.html"
    return render(
        request, template, {"sentence": sentence, "error": error}, status=error.http_status
    )


def problem(status: int, code: str, sentence: str, **facts: object) -> JsonResponse:
    """RFC 9457 problem details."""
    body = {"type": f"urn:vankho:problem:{code}", "title": sentence, "status": status, "code": code}
    known = {name: value for name, value in facts.items() if isinstance(value, str | int)}
    return JsonResponse(
        body | known, status=status, content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )  # fmt: skip


def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """An address that leads nowhere, told in the caller's form."""
    if is_program(request):
        return error_response(request, NotFound())
    return page_not_found(request, exception)


def is_program(request: HttpRequest) -> bool:
    """Whether the caller speaks JSON rather than pages."""
    return request.path.startswith(("/api/", "/uploads/")) or "tus-resumable" in request.headers
