"""The list of documents: filter, sort, choose columns, select, withdraw with undo, export; and live states."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from dms.accounts.models import User
from dms.accounts.requiring import signed_in
from dms.accounts.roles import Verb
from dms.documents import operations
from dms.documents.following import followed, progress_of
from dms.documents.listing import PAGE_SIZE, Wish, listing, offers, wished
from dms.documents.models import Document
from dms.documents.permissions import ReadOnly
from dms.documents.queries import count_up_to
from dms.documents.views.exporting import csv_lines
from dms.documents.views.list_words import COLUMN_LABELS, chips, choices, sorts
from dms.errors import NotFound
from dms.lib.htmx import page_or_fragment
from dms.lib.ids import sent_id

UNDO = "withdrawn_just_now"


@require_safe
def documents(request: HttpRequest) -> HttpResponseBase:
    """The list as its address says; htmx asks for the rows alone."""
    user, wish = signed_in(request), Wish.of(request.GET.dict())
    if request.GET.get("format") == "csv":
        return export(wish, user)
    page = listing(wish, user=user)
    told = progress_of([row.version for row in page.rows])
    offered = offers(wish, user=user)
    context = {
        "wish": wish, "rows": [(row, told[row.version.pk]) for row in page.rows],
        "next": wish.to(after=page.next) if page.next else "", "first": wish.to(),
        "count": count_up_to(wished(wish, user=user)),
        "choices": choices(wish, offered), "chips": chips(wish, offered), "sorts": sorts(wish),
        "columns": [(n, COLUMN_LABELS[n], n in wish.columns) for n in COLUMN_LABELS],
        "labels": [(n, COLUMN_LABELS[n]) for n in wish.columns],
        "may_withdraw": user.may(Verb.WITHDRAW), "may_upload": user.may(Verb.UPLOAD),
        "undo": request.session.pop(UNDO, []) if not wish.after else [],
        "is_empty": not page.rows and not wish.is_narrowed and not wish.after,
        "size": PAGE_SIZE,
    }  # fmt: skip
    response = page_or_fragment(request, "documents/index.html", "documents/_list.html", context)
    response["HX-Push-Url"] = address(wish.to(after=wish.after))  # without what a form leaves empty
    return response


def export(wish: Wish, user: User) -> StreamingHttpResponse:
    """What the list shows, whole, as a table for a spreadsheet."""
    response = StreamingHttpResponse(
        csv_lines(wish, user=user), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="vankho.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def statuses(request: HttpRequest) -> HttpResponse:
    """How far these versions are: one fragment with a line for each that is visible."""
    told = followed(request.GET.getlist("version"), user=signed_in(request))
    response = render(request, "documents/_statuses.html", {"statuses": told.items()})
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw what is selected, and offer to undo it."""
    user, reason = signed_in(request), request.POST.get("reason", "")
    gone, kept = [], 0
    for document in selected(request, user):
        try:
            operations.withdraw(document, reason=reason, by=user, at=timezone.now())
        except ReadOnly:
            kept += 1
        else:
            gone.append(str(document.pk))
    request.session[UNDO] = gone
    if kept:
        told = ngettext(
            "{count} document was left as it is: you may read it but not change it.",
            "{count} documents were left as they are: you may read them but not change them.",
            kept,
        ).format(count=kept)
        messages.warning(request, told)
    return back(request)


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Bring back what was withdrawn."""
    user, count = signed_in(request), 0
    for document in selected(request, user):
        operations.restore(document, by=user, at=timezone.now())
        count += 1
    told = ngettext("{count} document is back.", "{count} documents are back.", count)
    messages.success(request, told.format(count=count))
    return back(request)


def selected(request: HttpRequest, user: User) -> Iterable[Document]:
    """The visible ones of the documents that were ticked. Raises: NotFound when none is."""
    wanted = list(map(sent_id, request.POST.getlist("document")))
    found = list(Document.objects.visible_to(user).filter(pk__in=wanted[:PAGE_SIZE]))
    if not found:
        raise NothingSelected
    return found


class NothingSelected(NotFound):
    """Nothing was selected; tick the documents first."""

    code = "nothing_selected"


def back(request: HttpRequest) -> HttpResponse:
    """To the list as it was asked for."""
    wish = Wish.of(request.GET.dict())
    return redirect(address(wish.to()))


def address(query: str) -> str:
    """The list under this query."""
    return reverse("documents:list") + (f"?{query}" if query else "")
