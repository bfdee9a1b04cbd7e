"""Units, for administrators: the tree, opening one, renaming and moving."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from dms.accounts import operations
from dms.accounts.forms import NewUnitForm, UnitForm
from dms.accounts.queries import unit_named, unit_tree
from dms.accounts.requiring import needs, signed_in
from dms.accounts.roles import Verb
from dms.accounts.views.people import status_of
from dms.lib.sentences import sentence_of


@needs(Verb.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def units(request: HttpRequest) -> HttpResponse:
    """The tree; a POST opens a unit."""
    form = NewUnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            operations.open_unit(
                agency=given["agency"], name=given["name"], parent=given["parent"],
                by=signed_in(request), at=timezone.now(),
            )  # fmt: skip
        except operations.NameTaken as error:
            form.add_error("name", sentence_of(error))
        else:
            messages.success(request, gettext("The unit is open: {name}").format(**given))
            return redirect("people:units")
    context = {"form": form, "tree": unit_tree()}
    return render(request, "people/units.html", context, status=status_of(form.errors))


@needs(Verb.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Rename or move a unit."""
    found = unit_named(unit_id)
    initial = {"name": found.name, "parent": found.parent_id}
    form = UnitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            operations.change_unit(
                unit=found, name=given["name"], parent=given["parent"], by=signed_in(request),
                at=timezone.now(),
            )  # fmt: skip
        except operations.NameTaken as error:
            form.add_error("name", sentence_of(error))
        except operations.UnitLoop as error:
            form.add_error("parent", sentence_of(error))
        else:
            messages.success(request, gettext("Saved: {name}").format(**given))
            return redirect("people:units")
    context = {"form": form, "unit": found, "tree": unit_tree()}
    return render(request, "people/unit.html", context, status=status_of(form.errors))
