"""The operator page and its buttons."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dms.accounts.requiring import signed_in
from dms.pipeline import operations, queries


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Queues, workers, disk and failures; htmx asks for the living part alone."""
    found = queries.overview(user=signed_in(request), at=timezone.now())
    fragment = request.headers.get("HX-Target") == "machine"
    template = "pipeline/_machine.html" if fragment else "pipeline/operate.html"
    response = render(request, template, {"machine": found})
    response.headers["Vary"] = "HX-Request, HX-Target, Cookie"
    return response


@require_POST
def retry(request: HttpRequest, step_id: int) -> HttpResponse:
    """Start a failed step again."""
    operations.retry_step(step_id, by=signed_in(request), at=timezone.now())
    return redirect("pipeline:operate")


@require_POST
def cancel(request: HttpRequest, step_id: int) -> HttpResponse:
    """Stop a step, or let a failed one rest."""
    operations.cancel_step(step_id, by=signed_in(request), at=timezone.now())
    return redirect("pipeline:operate")


@require_POST
def stop(request: HttpRequest, step_id: int) -> HttpResponse:
    """Stop all that waits or is under way on the document of a step."""
    operations.stop_target(step_id, by=signed_in(request), at=timezone.now())
    return redirect("pipeline:operate")


@require_POST
def retry_all(request: HttpRequest) -> HttpResponse:
    """Start everything again that failed for one reason."""
    name, error = request.POST.get("name", ""), request.POST.get("error", "")
    operations.retry_failed(name, error, by=signed_in(request), at=timezone.now())
    return redirect("pipeline:operate")


@require_POST
def cancel_all(request: HttpRequest) -> HttpResponse:
    """Let everything rest that failed for one reason."""
    name, error = request.POST.get("name", ""), request.POST.get("error", "")
    operations.cancel_failed(name, error, by=signed_in(request), at=timezone.now())
    return redirect("pipeline:operate")
