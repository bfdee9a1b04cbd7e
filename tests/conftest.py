"""Fixtures for all tests."""

pytest_plugins = [
    "tests.ledger",
    "tests.people",
    "tests.factories",
    "tests.engines",
    "tests.saboteurs.tasks",
    "tests.crash.machine",
]
