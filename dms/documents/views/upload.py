"""The upload page. With a script files go by the resumable protocol; without one, by a plain form."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from dms.accounts.models import Unit, User
from dms.accounts.permissions import check_may
from dms.accounts.requiring import signed_in
from dms.accounts.roles import Verb
from dms.documents.following import progress_of
from dms.documents.intake import WEB, Receipt, check_room, take_in
from dms.documents.listing import Listed, dressed
from dms.documents.models import Mode, Version
from dms.documents.progress import Progress
from dms.documents.queries import newest
from dms.documents.views.streaming import StoredFile, StreamIntoStore
from dms.errors import DmsError, NotFound
from dms.lib.ids import is_row_id
from dms.lib.sentences import sentence_of
from dms.storage.default import store

RECENT = 10
MODES = (
    (Mode.OPEN, _("Open access"), _("all signed-in staff")),
    (Mode.CONDITIONAL, _("Conditional"), _("the owning unit, its parents, and those it is granted to")),
    (Mode.SECRET, _("Secret"), _("you alone, and persons you name later")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file of a plain form."""

    filename: str
    receipt: Receipt | None = None
    progress: Progress | None = None
    refusal: str = ""


@csrf_exempt  # checked below, after the handler is in place: the check itself would spool the files
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The page (GET), or the files of a form (POST), streamed into the store as they come."""
    check_may(signed_in(request), Verb.UPLOAD)
    if request.method == "POST":
        length = request.headers.get("Content-Length", "")
        if length.isdecimal():
            check_room(int(length))
        request.upload_handlers = [StreamIntoStore(request, store=store())]
    return answered(request)


@csrf_protect
def answered(request: HttpRequest) -> HttpResponse:
    """The page with what became of the files that came."""
    user = signed_in(request)
    outcomes: list[Outcome] = []
    if request.method == "POST":
        mode, unit = request.POST.get("mode", ""), wanted_unit(request.POST.get("unit", ""))
        files = [file for file in request.FILES.getlist("file") if isinstance(file, StoredFile)]
        outcomes = [outcome(file, user=user, unit=unit, mode=mode) for file in files]
    context: dict[str, Any] = {
        "units": Unit.objects.filter(pk__in=user.unit_ids).order_by("name"),
        "own_unit": user.unit_id,
        "modes": MODES,
        "usual_mode": Mode.CONDITIONAL,
        "outcomes": outcomes,
        "nothing_came": request.method == "POST" and not outcomes,
        "recent": sent_recently(user) if not outcomes else [],
        "limit_mb": settings.INTAKE_MAX_BYTES // 1024**2,
    }
    response = render(request, "documents/upload.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def sent_recently(user: User) -> list[tuple[Listed, Progress]]:
    """The newest documents of this person with their progress: what was sent before the page was left."""
    rows = list(dressed(newest(user).filter(created_by=user)[:RECENT]))
    told = progress_of([row.version for row in rows])
    return [(row, told[row.version.pk]) for row in rows]


def outcome(file: StoredFile, *, user: User, unit: Unit | None, mode: str) -> Outcome:
    """Take one file in; a refusal is a sentence, and the other files go on."""
    name = file.name or ""
    try:
        receipt = take_in(
            file.commit(), untrusted_name=name, channel=WEB, by=user, at=timezone.now(),
            store=store(), unit=unit,
            mode=mode if mode in Mode.values else Mode.CONDITIONAL,
        )  # fmt: skip
    except DmsError as error:
        return Outcome(name, refusal=sentence_of(error))
    version: Version = receipt.version
    return Outcome(name, receipt, progress_of([version])[version.pk])


def wanted_unit(untrusted: str) -> Unit | None:
    """The unit that the form names. Raises: NotFound."""
    if not untrusted:
        return None
    found = Unit.objects.filter(pk=untrusted).first() if is_row_id(untrusted) else None
    if found is None:
        raise NotFound
    return found
