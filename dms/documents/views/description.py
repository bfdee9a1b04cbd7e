"""Changing what is known of a document: the form, the suggestions, and the way back."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from dms.accounts.requiring import signed_in
from dms.documents import operations, panel, viewer
from dms.documents.describing import DescriptionForm
from dms.documents.queries import visible_document
from dms.documents.revisions import revert
from dms.documents.suggesting import reopen_suggestion, suggestion_of
from dms.documents.views.address import Address
from dms.documents.views.document import page
from dms.storage.default import store


@require_POST
def edit(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Save the form. When somebody else changed the same field, both entries are shown again."""
    document = visible_document(document_id, user=signed_in(request))
    form = DescriptionForm(request.POST)
    if not form.is_valid():
        return edited_again(request, document_id, form, clashes={}, status=422)
    try:
        operations.edit_metadata(
            document, form.changes(), seen=form.seen, by=signed_in(request), at=timezone.now()
        )
    except operations.StaleDescription:
        document = visible_document(document_id, user=signed_in(request))
        return edited_again(
            request, document_id, form.on_top_of(document), clashes=form.clashes(document),
            status=409,
        )  # fmt: skip
    messages.success(request, gettext("The description is saved."))
    return redirect(Address.of(request, document_id).to(tab=""))


def edited_again(
    request: HttpRequest, document_id: UUID, form: DescriptionForm, *, clashes: dict[str, str],
    status: int,
) -> HttpResponse:  # fmt: skip
    """The document page with the form and what is wrong with it; no entry is lost."""
    user, address = signed_in(request), Address.of(request, document_id)
    viewed = viewer.viewed(
        document_id, label=address.version, number=address.page, user=user, store=store()
    )
    info = panel.info(viewed, panel.Asked(), user=user)
    context = {
        "viewed": viewed, "address": address, "document": viewed.document,
        "panel": replace(info, form=form, clashes=clashes),
    }  # fmt: skip
    return page(request, context, target=request.headers.get("HX-Target", ""), status=status)


@require_POST
def decide(request: HttpRequest, document_id: UUID, suggestion_id: int) -> HttpResponse:
    """Accept what was read, dismiss it, or take the decision back."""
    user, at = signed_in(request), timezone.now()
    document = visible_document(document_id, user=user)
    suggestion = suggestion_of(document, suggestion_id)
    decision = request.POST.get("decision")
    if decision == "undo":
        reopen_suggestion(suggestion, by=user, at=at)
    else:
        operations.decide_suggestion(suggestion, accept=decision == "accept", by=user, at=at)
    return redirect(Address.of(request, document_id).to(tab=""))


@require_POST
def go_back(request: HttpRequest, document_id: UUID, revision_id: int) -> HttpResponse:
    """Bring a field or the whole description back to an earlier state."""
    user = signed_in(request)
    document = visible_document(document_id, user=user)
    name = request.POST.get("field", "")
    revert(document, revision_id, name=name, by=user, at=timezone.now())
    messages.success(request, gettext("The earlier description is back, as a new revision."))
    return redirect(Address.of(request, document_id).to(tab="history"))
