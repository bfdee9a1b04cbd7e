"""The product's settings with its own steps, each of which can kill its worker."""

from tests.crash.settings import *  # noqa: F403

STEPS = {
    "inspect": "tests.crash.deadly.Inspect",
    "read": "tests.crash.deadly.Read",
    "describe": "tests.crash.deadly.Describe",
    "index": "tests.crash.deadly.Index",
    "render": "tests.crash.deadly.Render",
    "pdfa": "tests.crash.deadly.MakePdfA",
}
WORKER_ROOM = "ocr_pipeline.tasks.room"
CRON = {"keep_index": (1, "search.tasks.keep_index")}
