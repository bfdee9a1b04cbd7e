"""The object store of this installation."""

from dms.backends import backend
from dms.storage.base import ObjectStore


def store() -> ObjectStore:
    """The object store that settings name."""
    found: ObjectStore = backend("OBJECT_STORES")
    return found
