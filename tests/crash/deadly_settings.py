"""The settings of quick steps, each of which can kill its worker."""

from tests.crash.settings import *  # noqa: F403

STEPS = {
    "inspect": "tests.crash.deadly.QuickInspect",
    "read": "tests.crash.deadly.QuickRead",
    "describe": "tests.crash.deadly.QuickDescribe",
    "index": "tests.crash.deadly.QuickIndex",
    "render": "tests.crash.deadly.QuickRender",
    "pdfa": "tests.crash.deadly.QuickMakePdfA",
}
CRON = {"append_ledger": (2, "dms.audit.tasks.append_ledger")}
