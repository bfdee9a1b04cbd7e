"""How fast search is, beside baselines of the same run: `./dev bench search --documents 100000`.

Builds a database of synthetic records and its index, then asks in a fresh process as one who may see about
two thirds of them: a word, several, phrases, prefixes, fields, dates; common and rare.
"""

import argparse
import os
import subprocess
import sys
from importlib import import_module

import django


def main() -> None:
    """Build in this process, ask in another, so that memory is told apart."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dms.settings")
    django.setup()
    if options.ask:  # models can be imported only now
        import_module("tests.bench.searching.questions").ask(options.rounds)
        return
    import_module("tests.bench.searching.building").build(options.documents)
    again = [sys.executable, "-m", "tests.bench.search", "--ask", "--rounds", str(options.rounds)]
    subprocess.run(again, check=True)


if __name__ == "__main__":
    main()
