"""Questions to a full installation: through the engine, whole with rows and snippets, and their baselines."""

import logging
import sqlite3
from functools import partial
from typing import Any

import tantivy
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings

from dms.accounts.models import User
from dms.lib.text import plain
from search.base import Query
from search.engines.tantivy import TantivyEngine
from search.engines.tantivy.schema import SCHEMA
from search.index import engine
from search.parse import parse
from search.queries import find
from tests.bench.searching.figures import (
    ASKING_P95_MS,
    LIST_P95_MS,
    at,
    both,
    every,
    measured,
    peak,
    tell,
)

QUESTIONS = {
    "common word": "quy", "common, as typed": "quyết định", "three common": "thu tuc hanh chinh",
    "rare word": "nguyêt", "common and rare": "quyết định xoang", "phrase": '"quy trình"',
    "number": "05/QĐ-UBND", "9001:2015": "9001:2015", "prefix": "khuy*", "not": "ủy ban -xoang",
    "kind": 'loai:"Quyết định" nội', "dates": "ngay:2018..2020 chất lượng", "everything": "",
}  # fmt: skip
PLAIN = ("common word", "common, as typed", "three common", "rare word", "common and rare")
PAGES = {"document list page": "/documents/", "search page": "/search/?q=quy+trinh"}
STATIC = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def ask(rounds: int) -> None:
    """All of it, in a process that only reads."""
    user = User.objects.get(username="bench")
    alone = {name: partial(engine().search, as_query(q, user)) for name, q in QUESTIONS.items()}
    whole = {name: partial(find, q, user=user) for name, q in QUESTIONS.items()}
    totals = {name: find(q, user=user, count_exactly=True).total for name, q in QUESTIONS.items()}
    if not all(totals.values()):
        raise SystemExit(f"a question that finds nothing measures nothing: {totals}")
    table(totals, measured(alone, rounds), measured(whole, rounds))
    tell("target", f"p95 {ASKING_P95_MS} ms with access, count and facets")
    tell("peak memory while asking", peak())
    bare(rounds)
    full_text(rounds, user)
    server(rounds, user)


def as_query(text: str, user: User) -> Query:
    """As `find` asks the engine."""
    asked = parse(text)
    return Query(user.access_keys, asked.clauses, asked.issued_from, asked.issued_to)


def table(
    totals: dict[str, int], alone: dict[str, list[float]], whole: dict[str, list[float]]
) -> None:
    """A line for each question, and one for all."""
    print(f"\n{'ms':20}{'hits':>8}{'engine p50':>12}{'p95':>8}{'find p50':>10}{'p95':>8}")
    rows = [(name, str(totals[name]), alone[name], whole[name]) for name in totals]
    for name, hits, a, w in [*rows, ("all", "", every(alone), every(whole))]:
        print(
            f"{name:20}{hits:>8}{at(a, 0.5):12.1f}{at(a, 0.95):8.1f}{at(w, 0.5):10.1f}{at(w, 0.95):8.1f}"
        )


def bare(rounds: int) -> None:
    """Baseline: the same words in the same index, without access, count and facets."""
    found = engine()
    assert isinstance(found, TantivyEngine)
    searcher = found.reader.searcher()

    def asked(text: str) -> Any:
        terms = [tantivy.Query.term_query(SCHEMA, "any_folded", word) for word in plain(text).split()]  # fmt: skip
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, term) for term in terms])

    calls = {
        name: partial(searcher.search, asked(QUESTIONS[name]), 20, count=False) for name in PLAIN
    }
    tell("baseline: bare tantivy", f"{both(every(measured(calls, rounds)))}, no access, count or facets")  # fmt: skip


def full_text(rounds: int, user: User) -> None:
    """Baseline: SQLite's own full text index over the same folded words, with access and a count."""
    database = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    database.execute("CREATE VIRTUAL TABLE temp.texts USING fts5(id UNINDEXED, body)")
    rows = database.execute("SELECT v.document_id, p.text FROM documents_page p JOIN documents_version v ON v.id = p.version_id")  # fmt: skip
    database.executemany(
        "INSERT INTO temp.texts VALUES (?, ?)", ((pk, plain(text)) for pk, text in rows)
    )
    keys = sorted(user.access_keys)
    marks = ",".join("?" * len(keys))
    sql = f"SELECT count(*) FROM texts WHERE texts MATCH ? AND EXISTS (SELECT 1 FROM documents_accesskey k WHERE k.document_id = texts.id AND k.key IN ({marks}))"

    def counted(text: str) -> Any:
        return database.execute(sql, [plain(text), *keys]).fetchone()

    calls = {name: partial(counted, QUESTIONS[name]) for name in PLAIN}
    times = every(measured(calls, max(3, rounds // 5)))
    tell("baseline: SQLite FTS5", f"{both(times)}, access and count, no facets")


def server(rounds: int, user: User) -> None:
    """Pages through the whole server, without the network."""
    logging.getLogger("django.request").setLevel(logging.ERROR)
    (settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    storages = settings.STORAGES | {"staticfiles": STATIC}
    with override_settings(STORAGES=storages, ALLOWED_HOSTS=["testserver"]):
        client = Client()
        client.force_login(user)
        for name, path in PAGES.items():
            status = client.get(path).status_code
            if status != 200:
                tell(name, f"answers {status}")
                continue
            times = every(measured({name: partial(client.get, path)}, rounds))
            tell(name, f"{both(times)} (target of the list: {LIST_P95_MS})")
