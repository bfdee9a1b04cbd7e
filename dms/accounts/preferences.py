"""What a reader chooses for this browser, remembered in cookies: language and look."""

from collections.abc import Collection

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from dms.errors import Invalid

THEME_COOKIE = "vankho_theme"
THEMES = ("system", "light", "dark")
YEAR_S = 365 * 24 * 3600


class LanguageOfReader(LocaleMiddleware):
    """Vietnamese unless the reader chose otherwise: office machines often run a browser set to English.

    A program has no menu to choose from, so its Accept-Language header counts.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path.startswith(("/api/", "/uploads/")):
            super().process_request(request)
            return
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        translation.activate(
            chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        )
        request.LANGUAGE_CODE = translation.get_language()


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Show everything in this language from now on."""
    return remembered(request, settings.LANGUAGE_COOKIE_NAME, "language", dict(settings.LANGUAGES))


@login_not_required
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the machine says."""
    return remembered(request, THEME_COOKIE, "theme", THEMES)


def remembered(
    request: HttpRequest, cookie: str, field: str, known: Collection[str]
) -> HttpResponse:
    """Back to where the reader was, with the choice in a cookie. Raises: Invalid."""
    chosen = request.POST.get(field, "")
    if chosen not in known:
        raise Invalid
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(back if safe else "/")
    response.set_cookie(
        cookie, chosen, max_age=YEAR_S, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return response
