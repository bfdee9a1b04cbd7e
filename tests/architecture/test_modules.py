"""Sizes, names and forbidden habits of Python modules; CONTRIBUTING.md gives the reasons."""

import ast
import re
import statistics
from collections import Counter
from collections.abc import Iterator

from tests.architecture.source import PACKAGES, Module, modules, product, texts

MEDIAN_LINES = 120
MOST_LINES = 500
SAY_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "services",
    "service",
    "managers",
    "handlers",
}
BARE = re.compile(r"# (?:noqa(?:: [A-Z0-9, ]+)?|type: ignore(?:\[[a-z, -]+\])?)$", re.MULTILINE)
WORD = re.compile(r"\w+")
NAMED_BY_DJANGO = {"settings", "formats", "apps"}  # modules
FOR_OTHERS = {  # for tests; an agency's succession, which has no page yet; what Django reads in dms.urls
    "NullRecogniser", "MemoryEngine", "succeed_agency", "handler404",
}  # fmt: skip
# Who turns any failure into an answer: for a page, a step, a command, and across the sandbox's wall.
TRANSLATORS = {
    "dms/middleware.py", "dms/pipeline/worker.py", "dms/commands.py", "ocr_pipeline/job_child.py",
}  # fmt: skip
CLOCKS = {
    "timezone.now", "timezone.localdate", "timezone.localtime", "datetime.now", "datetime.utcnow",
    "datetime.datetime.now", "datetime.today", "date.today", "datetime.date.today",
}  # fmt: skip
# Where time enters: what answers a request, a command or the schedule. From there on it is passed.
READS_THE_CLOCK = {"views", "api", "adapter", "commands", "worker"}


def test_no_module_is_long() -> None:
    assert {str(m): m.lines for m in modules() if m.lines > MOST_LINES} == {}


def test_the_usual_module_is_short() -> None:
    assert statistics.median(m.lines for m in product()) < MEDIAN_LINES


def test_every_module_says_what_it_is() -> None:
    unsaid = [str(m) for m in modules() if not ast.get_docstring(m.tree)]
    assert [name for name in unsaid if "/migrations/" not in name] == []


def test_names_say_something() -> None:
    assert [str(m) for m in modules() if SAY_NOTHING & {*m.path.with_suffix("").parts}] == []


def test_only_the_translators_catch_everything() -> None:
    assert {name for m in product() for name in broad(m)} <= TRANSLATORS


def broad(module: Module) -> Iterator[str]:
    """The module, for each handler that catches everything and never raises it again."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler):
            if any(isinstance(inner, ast.Raise) and not inner.exc for inner in ast.walk(node)):
                continue
            caught = ast.unparse(node.type) if node.type else "BaseException"
            if re.search(r"\b(Base)?Exception\b", caught):
                yield str(module)


def test_an_exception_to_a_rule_gives_its_reason() -> None:
    assert {str(m): BARE.findall(m.text) for m in product() if BARE.search(m.text)} == {}


def test_nothing_stands_there_unused() -> None:
    named = Counter(
        word
        for path, text in texts(".py", ".html")
        if path.parts[0] in PACKAGES
        for word in WORD.findall(text)
    )
    ours = [m for m in product() if m.path.stem not in NAMED_BY_DJANGO]
    unused = {
        f"{m}: {n}" for m in ours for n in m.defines() if named[n] == 1 and n not in FOR_OTHERS
    }
    assert unused == set()


def test_nothing_listens_for_saves() -> None:
    listening = (
        "django.db.models.signals",
        "django.dispatch",
        "django.db.models.signals.post_save",
    )
    assert [str(m) for m in product() if any(i.startswith(listening) for i in m.imports())] == []
    assert [str(m) for m in product() if "signals" in m.path.with_suffix("").parts] == []


def test_apps_do_nothing_when_ready() -> None:
    ready = [
        str(m) for m in product() for node in ast.walk(m.tree)
        if isinstance(node, ast.FunctionDef) and node.name == "ready"
    ]  # fmt: skip
    assert ready == []


def test_the_domain_reads_no_clock() -> None:
    reading = {str(m) for m in product() if CLOCKS & {*m.calls()} and not at_the_edge(m)}
    assert reading == set()


def at_the_edge(module: Module) -> bool:
    """Whether the module answers a request, a command or the schedule."""
    return bool(READS_THE_CLOCK & {*module.path.with_suffix("").parts})


def test_migrations_are_named_for_what_they_do() -> None:
    names = [m.path.stem for m in modules() if m.path.parent.name == "migrations"]
    assert [name for name in names if re.search(r"_auto|_and_more", name)] == []


def test_no_administration_beside_the_product() -> None:
    assert [str(m) for m in product() if any("contrib.admin" in i for i in m.imports())] == []
