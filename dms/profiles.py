"""The two profiles as settings tables; nothing outside asks which one runs."""

from pathlib import Path
from typing import Any

from dms import env

SQLITE_PRAGMAS = (
    "PRAGMA busy_timeout=30000;"  # first: even the next line may meet another process
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"  # NORMAL lost every acknowledged commit in a power cut
    "PRAGMA recursive_triggers=ON;"  # else INSERT OR REPLACE passes by the ledger's delete trigger
    "PRAGMA cache_size=-32000;"
)


def embedded(data: Path) -> dict[str, Any]:
    """SQLite, filesystem objects and tantivy under one directory, one process tree."""
    return {
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": env.private(data / "vankho.sqlite3"),
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "init_command": SQLITE_PRAGMAS,
                },
                "TEST": {"NAME": str(data / "test.sqlite3")},
            }
        },
        "OBJECT_STORES": {
            "default": {
                "BACKEND": "dms.storage.filesystem.FilesystemStore",
                "OPTIONS": {"root": str(data / "objects")},
            }
        },
        "SEARCH_ENGINES": {
            "default": {
                "BACKEND": "search.engines.tantivy.TantivyEngine",
                "OPTIONS": {"root": str(data / "index")},
            }
        },
    }
