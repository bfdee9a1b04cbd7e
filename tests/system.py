"""A system of its own for tests: manage.py as a process, on a data directory that the test owns."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class System:
    """An installation: its data directory and its command line."""

    data: Path

    @property
    def database(self) -> Path:
        return self.data / "vankho.sqlite3"

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of its processes: nothing of ours but what is given."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VANKHO_")}
        return {
            **kept, "VANKHO_DATA": str(self.data), "PYTHONWARNINGS": "",
            **more,
        }  # fmt: skip

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)]

    def run(self, *arguments: object, code: int = 0, before: tuple[str, ...] = ()) -> str:
        """The command's output; it must end with this exit code."""
        return self.process([*before, *self.command(*arguments)], code)

    def python(self, script: str, *arguments: str) -> str:
        """The output of a script that may use the models."""
        ready = f"import django; django.setup()\n{script}"
        return self.process([sys.executable, "-c", ready, *arguments], 0)

    def process(self, command: list[str], code: int) -> str:
        """The output of a process that must end with this exit code; with what it says of failures."""
        ran = subprocess.run(
            command, env=self.environment(DJANGO_SETTINGS_MODULE="dms.settings"), cwd=ROOT,
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert ran.returncode == code, f"{command}: {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
        return ran.stdout if code == 0 else ran.stdout + ran.stderr

    def facts(self, *arguments: object) -> list[dict[str, Any]]:
        """The JSON lines that the command says."""
        lines = self.run(*arguments, "--json").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def objects(self) -> dict[str, bytes]:
        """Every stored object by its name."""
        return {path.name: path.read_bytes() for path in self.data.glob("objects/sha256/*/*/*")}
