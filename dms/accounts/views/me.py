"""One's own account: password, and tokens by which programs act for one."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dms.accounts import operations
from dms.accounts.forms import OwnPasswordForm, TokenForm
from dms.accounts.models import User
from dms.accounts.queries import own_token
from dms.accounts.requiring import signed_in
from dms.accounts.role_table import role_table
from dms.accounts.tokens import create_token, revoke_token
from dms.lib.sentences import sentence_of


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here, and what I may do."""
    return page(request, signed_in(request))


@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password for oneself; this browser stays signed in, all others do not."""
    user, form = signed_in(request), OwnPasswordForm(request.POST)
    if form.is_valid() and not user.check_password(form.cleaned_data["old"]):
        form.add_error("old", gettext("This is not your password."))
    if form.is_valid():
        try:
            operations.set_password(
                user=user, password=form.cleaned_data["new"], by=user, at=timezone.now()
            )
        except operations.WeakPassword as error:
            form.add_error("new", sentence_of(error))
        else:
            update_session_auth_hash(request, user)
            messages.success(request, gettext("Your password is changed."))
            return redirect("people:me")
    return page(request, user, password_form=form, status=422)


@require_POST
def new_token(request: HttpRequest) -> HttpResponse:
    """A token, shown once."""
    user, form = signed_in(request), TokenForm(request.POST)
    if not form.is_valid():
        return page(request, user, token_form=form, status=422)
    plain = create_token(user, name=form.cleaned_data["name"], by=user, at=timezone.now())
    return page(request, user, token=plain)


@require_POST
def drop_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """A token of one's own opens nothing any more."""
    user = signed_in(request)
    revoke_token(own_token(token_id, user=user), by=user, at=timezone.now())
    messages.success(request, gettext("The token is revoked; it opens nothing any more."))
    return redirect("people:me")


def page(
    request: HttpRequest, user: User, *, password_form: OwnPasswordForm | None = None,
    token_form: TokenForm | None = None, token: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page, with a form that is not right yet, or a token to be copied now."""
    context = {
        "password_form": password_form or OwnPasswordForm(),
        "token_form": token_form or TokenForm(),
        "token": token,
        "tokens": user.tokens.filter(revoked_at=None).order_by("-created_at"),
        "table": role_table(user.role_names),
    }
    response = render(request, "people/me.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
