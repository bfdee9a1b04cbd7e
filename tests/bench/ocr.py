"""How well and how fast records are read: word F1 by profile beside plain Tesseract, and pages per second.

Usage: python -m tests.bench.ocr --records DIR [--json] [--pages-only] [--end-to-end]
DIR holds PDFs named NUMBER-PROFILE.pdf and `truth.json` with the text of their pages. Word F1 compares
the words (`\\w+` after NFC and lower case) as multisets; a profile's is weighted by words.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2

from ocr_pipeline.page_images import open_pages
from ocr_pipeline.pipeline import read_pages
from ocr_pipeline.prepare import prepared
from ocr_pipeline.types import Kind
from tests.bench.memory import Peak, children

LONG = 100  # words; a page of so many must reach …
LEAST = 0.95
OVERALL = 0.985
BELOW_PLAIN = 0.01
SPEED = 0.85
PROCESSES = 2
MOST_MB = 400  # of a worker process with the warmed process, its job and Tesseract
WARM_S = 5  # for a worker to be up, before the clock starts


@dataclass(frozen=True, slots=True)
class Read:
    """One page against its truth."""

    file: str
    page: int
    profile: str
    words: int
    f1: float
    plain: float | None  # Tesseract alone on the page image; None for a text layer
    readings: int
    source: str


def main() -> int:
    """Print the figures; 1 where one misses its mark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--pages-only", action="store_true", help="leave out the timing")
    parser.add_argument("--end-to-end", action="store_true", help="time the whole system too")
    options = parser.parse_args()
    cv2.setNumThreads(1)  # as in the sandbox; threads of this process would hang the forked ones
    truth = json.loads((options.records / "truth.json").read_text())
    pages = list(read_all(options.records, truth))
    speed = {} if options.pages_only else timing(options.records, truth, pages)
    if options.end_to_end and speed:
        speed["end_to_end_pages_per_second"], speed["worker_peak_mb"] = end_to_end(
            options.records, pages
        )
        speed["end_to_end_ratio"] = (
            speed["end_to_end_pages_per_second"] / speed["tesseract_pages_per_second"]
        )
    if options.json:
        print(json.dumps({"pages": [asdict(page) for page in pages], "speed": speed}))
    else:
        print_tables(pages, speed)
    return int(bool(failures(pages, speed)))


def words_of(text: str) -> Counter[str]:
    """Words as a multiset."""
    return Counter(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))


def word_f1(read: str, truth: str) -> float:
    """Harmonic mean of precision and recall of words."""
    found, wanted = words_of(read), words_of(truth)
    both = sum((found & wanted).values())
    return 2 * both / max(sum(found.values()) + sum(wanted.values()), 1)


def arguments(numbers: Sequence[int]) -> dict[str, Any]:
    """What the job `read` is told."""
    return {
        "kind": "pdf", "media_type": "application/pdf", "numbers": list(numbers), "languages": "vie",
    }  # fmt: skip


def read_all(records: Path, truth: dict[str, Any]) -> Iterator[Read]:
    """Every page through the read job, and through Tesseract alone where it is a scan."""
    with TemporaryDirectory() as directory:
        for name, facts in sorted(truth.items()):
            numbers = range(1, len(facts["pages"]) + 1)
            found = read_pages(records / name, arguments(numbers), Path(directory))["pages"]
            with open_pages(records / name, Kind.PDF) as images:
                for number, page, text in zip(numbers, found, facts["pages"], strict=True):
                    plain = None
                    if page["source"] != "text_layer":
                        image = Path(directory) / "page.ppm"
                        cv2.imwrite(str(image), images.image(number)[:, :, ::-1])
                        plain = word_f1(tesseract(image), text)
                    profile = Path(name).stem.partition("-")[2]
                    yield Read(
                        name, number, profile, sum(words_of(text).values()),
                        word_f1(page["text"], text), plain, page["readings"], page["source"],
                    )  # fmt: skip


def tesseract(image: Path) -> str:
    """Plain `tesseract -l vie`."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    command = ["tesseract", str(image), "-", "-l", "vie"]
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    return done.stdout.decode()


def timing(records: Path, truth: dict[str, Any], pages: Sequence[Read]) -> dict[str, float]:
    """Scanned pages per second through the read job, against Tesseract alone on the same cleaned images."""
    scans = [(records / page.file, page.page) for page in pages if page.source != "text_layer"]
    context = get_context("fork")
    with (
        TemporaryDirectory() as directory,
        ProcessPoolExecutor(PROCESSES, mp_context=context) as pool,
    ):
        cleaned = [clean(path, number, Path(directory)) for path, number in scans]
        rates: dict[str, float] = {}
        busy: dict[str, float] = {}
        for name, work in (
            ("read", [(path, number, directory) for path, number in scans]),
            ("tesseract", [(image,) for image in cleaned]),
        ):
            start = time.perf_counter()
            busy[name] = sum(pool.map(_read_one if name == "read" else _alone, work))
            rates[name] = len(scans) / (time.perf_counter() - start)
    return {
        "pages_per_second": rates["read"],
        "tesseract_pages_per_second": rates["tesseract"],
        "ratio": rates["read"] / rates["tesseract"],
        "ratio_by_cpu": busy["tesseract"]
        / busy["read"],  # the same, whatever else the machine does
    }


def clean(path: Path, number: int, directory: Path) -> Path:
    """The cleaned image of a page as a file."""
    with open_pages(path, Kind.PDF) as images:
        ready = prepared(images.image(number), images.dpi(number))
    image = directory / f"{path.stem}-{number}.pgm"
    cv2.imwrite(str(image), ready.grey)
    return image


def _read_one(work: tuple[Path, int, str]) -> float:
    path, number, directory = work
    before = _cpu_s()
    read_pages(path, arguments([number]), Path(directory))
    return _cpu_s() - before


def _alone(work: tuple[Path]) -> float:
    before = _cpu_s()
    tesseract(work[0])
    return _cpu_s() - before


def _cpu_s() -> float:
    """Of this process and its ended children."""
    return sum(os.times()[:4])


def end_to_end(records: Path, pages: Sequence[Read]) -> tuple[float, float]:
    """The whole system with its worker, from file to searchable text.

    Returns: Scanned pages per second, and the memory of the largest worker process with all below it.
    """
    files = sorted({str(records / page.file) for page in pages if page.source != "text_layer"})
    scans = sum(page.source != "text_layer" for page in pages)
    manage = [sys.executable, "manage.py"]
    with TemporaryDirectory() as directory:
        environment = {**os.environ, "VANKHO_DATA": directory}
        subprocess.run([*manage, "migrate", "--verbosity", "0"], check=True, env=environment)
        worker = subprocess.Popen(
            [*manage, "worker", "--processes", str(PROCESSES)], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            time.sleep(WARM_S)
            with Peak(lambda: children().get(worker.pid, ())) as peak:
                start = time.perf_counter()
                subprocess.run(
                    [*manage, "ingest", *files, "--wait", "--json"], check=True, env=environment,
                    stdout=subprocess.DEVNULL,
                )  # fmt: skip
                rate = scans / (time.perf_counter() - start)
            return rate, peak.mb
        finally:
            worker.terminate()
            worker.wait()


def weighted(pages: Sequence[Read], *, plain: bool = False) -> float:
    """F1 weighted by words."""
    total = sum(page.words for page in pages)
    return sum(page.words * ((page.plain or 0.0) if plain else page.f1) for page in pages) / max(
        total, 1
    )


def failures(pages: Sequence[Read], speed: dict[str, float]) -> list[str]:
    """What misses its mark, in words."""
    scans = [page for page in pages if page.plain is not None]
    missed = []
    if scans and weighted(scans) < OVERALL:
        missed.append(f"scans overall {weighted(scans):.4f} < {OVERALL}")
    for page in scans:
        if page.words >= LONG and page.f1 < LEAST:
            missed.append(f"{page.file} page {page.page}: {page.f1:.3f} < {LEAST}")
        if page.words >= LONG and page.plain is not None and page.f1 < page.plain - BELOW_PLAIN:
            missed.append(f"{page.file} page {page.page}: {page.f1:.3f}, plain {page.plain:.3f}")
    missed += [
        f"{name} {speed[name]:.2f} < {SPEED}"
        for name in ("ratio", "end_to_end_ratio")
        if speed.get(name, SPEED) < SPEED
    ]
    if speed.get("worker_peak_mb", 0) > MOST_MB:
        missed.append(f"worker_peak_mb {speed['worker_peak_mb']:.0f} > {MOST_MB}")
    return missed


def print_tables(pages: Sequence[Read], speed: dict[str, float]) -> None:
    """By profile, then speed, then what fails."""
    groups: dict[str, list[Read]] = defaultdict(list)
    for page in pages:
        groups[page.profile].append(page)
        groups["scanned" if page.plain is not None else "text layer"].append(page)
    print(f"{'profile':12}{'pages':>6}{'words':>8}{'F1':>9}{'plain':>9}")
    for profile, group in sorted(groups.items()):
        plain = (
            f"{weighted(group, plain=True):.4f}" if all(p.plain is not None for p in group) else "–"
        )
        words = sum(page.words for page in group)
        print(f"{profile:12}{len(group):6}{words:8}{weighted(group):9.4f}{plain:>9}")
    scans = [page for page in pages if page.plain is not None]
    second = sum(page.readings > 1 for page in scans)
    print(f"second runs: {second} of {len(scans)} scanned pages")
    for name, value in speed.items():
        print(f"{name}: {value:.2f}")
    for line in failures(pages, speed):
        print("MISSED", line)


if __name__ == "__main__":
    sys.exit(main())
