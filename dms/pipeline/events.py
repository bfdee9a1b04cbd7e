"""The ledger's words for steps."""

from django.utils.translation import gettext_noop as _

EVENTS = {
    "pipeline.step.retried": _("{actor} started a failed step again."),
    "pipeline.step.cancelled": _("{actor} cancelled a step."),
}
