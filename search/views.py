"""The search page: facets, hits with their words lit, and the page image beside them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dms.accounts.requiring import signed_in
from dms.accounts.roles import Verb
from dms.lib.htmx import page_or_fragment
from dms.lib.sentences import sentence_of
from search.base import SearchUnavailable
from search.queries import Found, find, suggest
from search.showing import Asked, chips, facets, shown, sorts

NOTHING = Found(total=0, is_exact=True, seconds=0.0, hits=(), facets={})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What is found; htmx asks for the answer alone, under the same address."""
    user, asked = signed_in(request), Asked.of(request.GET.dict())
    found, failing = NOTHING, ""
    try:
        found = find(
            asked.q, user=user, facets=dict(asked.facets), sort=asked.sort, after=asked.after,
            count_exactly=asked.exact,
        )  # fmt: skip
    except SearchUnavailable as error:
        failing = sentence_of(error)
    context: dict[str, Any] = {
        "q": asked.q, "asked": asked, "found": found, "failing": failing,
        "hits": shown(found, asked), "facets": list(facets(found, asked)),
        "chips": list(chips(found, asked)), "sorts": sorts(asked),
        "first": asked.to(), "next": asked.to(after=found.next) if found.next else "",
        "exactly": asked.to(exact=True), "unfiltered": asked.to(facets=()),
        "may_upload": user.may(Verb.UPLOAD),
    }  # fmt: skip
    status = 503 if failing else 200
    return page_or_fragment(
        request, "search/index.html", "search/_found.html", context, status=status
    )


@require_safe
def complete(request: HttpRequest) -> HttpResponse:
    """Titles that begin like the words typed, as options of the search box."""
    user = signed_in(request)
    try:
        offered = suggest(request.GET.get("q", ""), user=user)
    except SearchUnavailable:
        offered = ()  # the box works without suggestions
    response = render(request, "search/_offers.html", {"offered": offered})
    response["Cache-Control"] = "private, no-store"
    return response
