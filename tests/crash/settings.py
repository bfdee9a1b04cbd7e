"""The product's settings with quick steps, for processes that are killed in tests."""

from dms.settings import *  # noqa: F403, TID251  # the very settings, but for the steps

STEPS = {
    "inspect": "tests.crash.tasks.Inspect",
    "read": "tests.crash.tasks.Read",
    "describe": "tests.crash.tasks.Describe",
    "index": "tests.crash.tasks.Index",
    "render": "tests.crash.tasks.Render",
    "pdfa": "tests.crash.tasks.MakePdfA",
}
WORKER_ROOM = "tests.crash.tasks.room"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CRON = {
    "append_ledger": (2, "dms.audit.tasks.append_ledger"),
    "watch_folder": (2, "dms.documents.tasks.watch_folder"),
    "reconcile": (5, "dms.documents.tasks.reconcile"),
}
