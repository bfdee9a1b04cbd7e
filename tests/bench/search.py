"""How fast search is, beside baselines of the same run: `./dev bench search --documents 100000`.

Builds a database of synthetic records and its index, then asks in a fresh process as one who may see about
two thirds of them: a word, several, phrases, prefixes, fields, dates, facets; common and rare.
"""

import argparse
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import django

TARGETS = {"engine p95 ms": 25.0, "find p95 ms": 25.0, "list p95 ms": 60.0, "indexing/s": 2000.0}
BATCH = 2000
ROUNDS = 30
WORDS = {
    "common word": "quy", "common, as typed": "quyết định", "three common": "thu tuc hanh chinh",
    "rare word": "nguyêt", "common and rare": "quyết định xoang", "phrase": '"quy trình"',
    "number": "05/QĐ-UBND", "9001:2015": "9001:2015", "prefix": "khuy*", "not": "ủy ban -xoang",
    "kind": 'loai:"Quyết định" nội', "dates": "ngay:2018..2020 chất lượng", "everything": "",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    django.setup()
    if options.ask:
        ask(options.rounds)
        return
    build(options.documents)
    again = [sys.executable, "-m", "tests.bench.search", "--ask", "--rounds", str(options.rounds)]
    subprocess.run(again, check=True)


def build(count: int) -> None:
    """Rows, then the index from them."""
    from django.core.management import call_command  # after django.setup()

    call_command("migrate", verbosity=0)
    took = timed(lambda: insert(count))
    tell("rows inserted", f"{count} in {took:.1f} s")
    engine_alone(count)
    from search.index import drift, rebuild

    took = timed(rebuild)
    tell("rebuild from rows", f"{took:.1f} s, {count / took:.0f} documents/s")
    took = timed(drift)
    tell("drift check", f"{took:.2f} s")
    tell("peak memory while building", peak())


def engine_alone(count: int) -> None:
    """Indexing rate of the engine, without the rows."""
    from django.conf import settings

    from search.base import Changes
    from search.engines.tantivy import TantivyEngine

    some = min(count, 20_000)
    entries = [entry for entry, _ in zip(as_entries(count), range(some), strict=False)]
    engine = TantivyEngine(str(settings.VANKHO_DATA / "bench-index"))
    took = timed(lambda: engine.rebuild(entries, catch_up=lambda held: Changes()))
    tell("indexing, engine alone", f"{some / took:.0f} documents/s (target {TARGETS['indexing/s']:.0f})")  # fmt: skip
    engine.can_write()
    took = timed(lambda: [engine.write(entries[at : at + 500]) for at in range(0, 5000, 500)])
    tell("replacing, batches of 500", f"{5000 / took:.0f} documents/s")
    took = timed(lambda: [engine.write([entry]) for entry in entries[:50]])
    tell("replacing, one by one", f"{took / 50 * 1000:.1f} ms a document")


def as_entries(count: int) -> Iterator[Any]:
    """Records as entries."""
    from search.base import Entry
    from tests.bench import synthetic

    for record in synthetic.records(count):
        yield Entry(
            document=str(record.id), revision=1, title=title(record), subject=record.subject,
            text=record.text, filename="scan.pdf", type_name=synthetic.KINDS[record.kind],
            organ_name=record.agency, number=f"{record.number}/{synthetic.NOTATIONS[record.kind]}",
            issued_on=record.issued_on, signer_name=record.signer, unit=str(record.unit),
            state="searchable", created_at=record.created_at,
            access=frozenset({f"unit:{record.unit}", f"user:{record.unit}"}),
        )  # fmt: skip


def title(record: Any) -> str:
    """As the product composes it."""
    from tests.bench import synthetic

    kind, notation = synthetic.KINDS[record.kind], synthetic.NOTATIONS[record.kind]
    return f"{kind} {record.number}/{notation} · {record.subject}"


def insert(count: int) -> None:
    """Documents with a version, a page and their keys, as rows."""
    from django.db import transaction

    from tests.bench import synthetic

    units, user = people(synthetic.UNITS)
    source = synthetic.records(count)
    while batch := list(islice(source, BATCH)):
        with transaction.atomic():
            insert_batch(batch, units, user)


def people(number: int) -> tuple[list[Any], Any]:
    """Units, and a person who stands above two thirds of them."""
    from dms.accounts.models import Unit, User
    from dms.accounts.operations import SETUP, open_agency
    from tests.bench.synthetic import EPOCH

    root = open_agency(organ_id="000.00.01.H01", name="UBND xã", by=SETUP, at=EPOCH)
    above = Unit.objects.create(agency=root.agency, name="Khối", parent=root)
    units = [
        Unit.objects.create(
            agency=root.agency, name=f"Phòng {n}", parent=above if n % 3 else root
        )
        for n in range(number)
    ]  # fmt: skip
    return units, User.objects.create(username="bench", unit=above)


def insert_batch(batch: Sequence[Any], units: Sequence[Any], user: Any) -> None:
    """One batch of rows."""
    from dms.documents.access import access_keys
    from dms.documents.models import AccessKey, Document, Page, Version
    from tests.bench import synthetic

    documents, versions, pages, keys = [], [], [], []
    owner = type(user)(pk=user.pk + 1, username="owner", unit=units[0])
    if not type(user).objects.filter(pk=owner.pk).exists():
        owner.save()
    for record in batch:
        document = Document(
            id=record.id, agency_id=units[0].agency_id, unit=units[record.unit], created_by=owner,
            created_at=record.created_at, mode=record.mode, channel="command", title=title(record),
            type_name=synthetic.KINDS[record.kind], code_number=str(record.number),
            code_notation=synthetic.NOTATIONS[record.kind], issued_on=record.issued_on,
            organ_name=record.agency, subject=record.subject, signer_name=record.signer,
            indexed_revision=1,
        )  # fmt: skip
        version = Version(
            document=document, sha256=f"{record.id.int:064x}"[-64:], size_bytes=1000,
            filename="scan.pdf", created_by=owner, created_at=record.created_at, state="complete",
            kind="pdf", media_type="application/pdf", page_count=1,
        )  # fmt: skip
        document.current = None
        documents.append(document)
        versions.append(version)
        pages.append(Page(version=version, number=1, state="read", text=record.text))
        keys += [AccessKey(document=document, key=key) for key in access_keys(document, ())]
    Document.objects.bulk_create(documents)
    Version.objects.bulk_create(versions)
    for document, version in zip(documents, versions, strict=True):
        document.current = version
    Document.objects.bulk_update(documents, ["current"], batch_size=500)
    Page.objects.bulk_create(pages)
    AccessKey.objects.bulk_create(keys)


def ask(rounds: int) -> None:
    """All questions, and their baselines, in a process that only reads."""
    from dms.accounts.models import User
    from search.base import Query
    from search.index import engine
    from search.parse import parse
    from search.queries import find

    user = User.objects.get(username="bench")

    def query(text: str) -> Any:
        asked = parse(text)
        return Query(user.access_keys, asked.clauses, asked.issued_from, asked.issued_to)

    engine_only = {name: lambda t=text: engine().search(query(t)) for name, text in WORDS.items()}
    whole = {name: lambda t=text: find(t, user=user) for name, text in WORDS.items()}
    totals = {name: find(text, user=user, count_exactly=True).total for name, text in WORDS.items()}
    print(f"\n{'ms':24}{'hits':>8}{'engine p50':>12}{'p95':>8}{'find p50':>10}{'p95':>8}")
    alone, found = measured(engine_only, rounds), measured(whole, rounds)
    for name in WORDS:
        a, f = alone[name], found[name]
        print(f"{name:24}{totals[name]:8}{at(a, 0.5):12.1f}{at(a, 0.95):8.1f}{at(f, 0.5):10.1f}{at(f, 0.95):8.1f}")  # fmt: skip
    a, f = flat(alone), flat(found)
    print(
        f"{'all':24}{'':8}{at(a, 0.5):12.1f}{at(a, 0.95):8.1f}{at(f, 0.5):10.1f}{at(f, 0.95):8.1f}"
    )
    tell("target p95", f"{TARGETS['engine p95 ms']:.0f} ms with access, count and facets")
    tell("peak memory while asking", peak())
    baselines(rounds, user)
    list_page(rounds, user)


def baselines(rounds: int, user: Any) -> None:
    """The same words without access, count and facets; and SQLite's own full text with access and a count."""
    import tantivy

    from dms.lib.text import folded, words
    from search.engines.tantivy.schema import SCHEMA
    from search.index import engine

    searcher = engine().reader.searcher()  # type: ignore[attr-defined]
    plain = {n: [folded(w) for w in words(t)] for n, t in WORDS.items() if t.isalpha() or n == "three common"}  # fmt: skip

    def bare(tokens: list[str]) -> Any:
        parts = [(tantivy.Occur.Must, tantivy.Query.term_query(SCHEMA, "any_folded", t)) for t in tokens]  # fmt: skip
        return searcher.search(tantivy.Query.boolean_query(parts), 20, count=False)

    bare_ms = flat(measured({n: lambda t=t: bare(t) for n, t in plain.items()}, rounds))
    tell("baseline: bare tantivy", f"p50 {at(bare_ms, 0.5):.1f}, p95 {at(bare_ms, 0.95):.1f} ms, no access, count or facets")  # fmt: skip
    database = full_text()
    marks = ",".join("?" * len(user.access_keys))
    sql = f"SELECT count(*) FROM texts WHERE texts MATCH ? AND EXISTS (SELECT 1 FROM documents_accesskey k WHERE k.document_id = texts.id AND k.key IN ({marks}))"  # fmt: skip

    def fts(tokens: list[str]) -> Any:
        return database.execute(sql, [" ".join(tokens), *sorted(user.access_keys)]).fetchone()

    fts_ms = flat(measured({n: lambda t=t: fts(t) for n, t in plain.items()}, max(3, rounds // 5)))
    tell("baseline: SQLite FTS5", f"p50 {at(fts_ms, 0.5):.1f}, p95 {at(fts_ms, 0.95):.1f} ms, access and count, no facets")  # fmt: skip


def full_text() -> sqlite3.Connection:
    """SQLite's index over the same folded words."""
    from django.conf import settings

    from dms.lib.text import folded, words

    database = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    database.execute("CREATE VIRTUAL TABLE temp.texts USING fts5(id UNINDEXED, body, tokenize='unicode61')")  # fmt: skip
    rows = database.execute("SELECT v.document_id, p.text FROM documents_page p JOIN documents_version v ON v.id = p.version_id")  # fmt: skip
    database.executemany(
        "INSERT INTO temp.texts VALUES (?, ?)",
        ((pk, " ".join(folded(w) for w in words(text))) for pk, text in rows),
    )
    return database


def list_page(rounds: int, user: Any) -> None:
    """The page of all documents, through the whole server."""
    from django.conf import settings
    from django.test import Client
    from django.test.utils import override_settings

    storages = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # fmt: skip
    with override_settings(STORAGES=storages, ALLOWED_HOSTS=["testserver"]):
        client = Client()
        client.force_login(user)
        for name, path in (("document list page", "/documents/"), ("search page", "/search/?q=quy+trinh")):  # fmt: skip
            status = client.get(path).status_code
            if status != 200:
                tell(name, f"answers {status}")
                continue
            times = flat(measured({name: lambda p=path: client.get(p)}, rounds))
            tell(name, f"p50 {at(times, 0.5):.1f}, p95 {at(times, 0.95):.1f} ms (target of the list {TARGETS['list p95 ms']:.0f})")  # fmt: skip


def measured(calls: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each call, in turns, so that no cache helps one of them."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(timed(call) * 1000)
    return times


def timed(call: Callable[[], Any]) -> float:
    """Seconds."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def flat(times: dict[str, list[float]]) -> list[float]:
    return [one for many in times.values() for one in many]


def at(times: Iterable[float], share: float) -> float:
    """A percentile."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def peak() -> str:
    """Resident memory of this process at its highest."""
    status = Path("/proc/self/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return f"{int(kilobytes) / 1024:.0f} MB"


def tell(name: str, fact: str) -> None:
    print(f"{name:28}{fact}", flush=True)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dms.settings")
    main()
