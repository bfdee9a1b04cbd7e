"""People, for administrators: who is there, with which roles; opening, changing, new passwords."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dms.accounts import operations
from dms.accounts.forms import KnownPersonForm, NewPersonForm
from dms.accounts.models import User
from dms.accounts.passwords import generated
from dms.accounts.queries import Filter, person, persons
from dms.accounts.requiring import needs, signed_in
from dms.accounts.role_table import role_table
from dms.accounts.roles import Role, Verb
from dms.lib.htmx import page_or_fragment
from dms.lib.sentences import sentence_of


@needs(Verb.MANAGE_USERS)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, by the filters of the address; htmx asks for the rows alone."""
    wanted = Filter.of(request.GET.dict())
    found = persons(wanted)
    context = {
        "wanted": wanted, "people": found.rows, "next": found.next, "total": found.total,
        "roles": Role.choices, "units": found.units,
    }  # fmt: skip
    return page_or_fragment(request, "people/index.html", "people/_list.html", context)


@needs(Verb.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a person; the generated password is shown once."""
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, password = form.cleaned_data, generated()
        try:
            made = operations.create_user(
                username=given["username"], full_name=given["full_name"], unit=given["unit"],
                roles=given["roles"], password=password, by=signed_in(request), at=timezone.now(),
            )  # fmt: skip
        except operations.NameTaken as error:
            form.add_error("username", sentence_of(error))
        else:
            return shown_once(request, made, password)
    context = {"form": form, "table": role_table()}
    return render(request, "people/new.html", context, status=status_of(form.errors))


@needs(Verb.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change name, unit, roles, and whether the person may sign in."""
    found = person(user_id)
    form = KnownPersonForm(request.POST) if request.method == "POST" else KnownPersonForm.of(found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            operations.change_user(
                user=found, full_name=given["full_name"], unit=given["unit"], roles=given["roles"],
                is_active=given["is_active"], by=signed_in(request), at=timezone.now(),
            )  # fmt: skip
        except operations.LastAdministrator as error:
            form.add_error(None, sentence_of(error))
        else:
            messages.success(request, gettext("Saved: {name}").format(name=found))
            return redirect("people:list")
    context = {
        "person": person(user_id), "form": form, "table": role_table(),
        "tokens": found.tokens.filter(revoked_at=None).count(),
    }  # fmt: skip
    return render(request, "people/edit.html", context, status=status_of(form.errors))


@needs(Verb.MANAGE_USERS)
@require_POST
def new_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """A generated password in place of a forgotten one, shown once."""
    found, password = person(user_id), generated()
    operations.set_password(user=found, password=password, by=signed_in(request), at=timezone.now())
    return shown_once(request, found, password)


def shown_once(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """The only page that tells a password; nothing keeps it."""
    context = {"person": user, "password": password}
    response = render(request, "people/password.html", context)
    response["Cache-Control"] = "no-store"
    return response


def status_of(errors: object) -> int:
    """A form that is not right is told as such."""
    return 422 if errors else 200
