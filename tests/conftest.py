"""Fixtures for all tests."""

pytest_plugins = [
    "tests.ledger",
    "tests.people",
    "tests.factories",
    "tests.engines",
    "tests.sandboxes",
    "tests.saboteurs.tasks",
    "tests.crash.machine",
]
