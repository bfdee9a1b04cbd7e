"""The project's own files, as the architecture tests read them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("dms", "ocr_pipeline", "search")


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file with its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    def __str__(self) -> str:
        return str(self.path)

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def calls(self) -> Iterator[str]:
        """The dotted names that the module calls."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func)

    def defines(self) -> Iterator[str]:
        """The names that stand at the top of the module for others or itself to use."""
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef) or (
                isinstance(node, ast.FunctionDef) and not node.decorator_list
            ):
                yield node.name
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                yield from (target.id for target in targets if isinstance(target, ast.Name))

    def imports(self) -> Iterator[str]:
        """The dotted names that the module imports."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project, relative to its root: what git tracks, and what it does not ignore."""
    command = [
        "git",
        "-C",
        str(ROOT),
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    names = sorted({name for name in listed.split("\0") if name})
    return tuple(Path(name) for name in names if (ROOT / name).is_file())


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file with something in it."""
    python = ((path, (ROOT / path).read_text()) for path in tracked() if path.suffix == ".py")
    return tuple(Module(path, text, ast.parse(text)) for path, text in python if text.strip())


def product() -> list[Module]:
    """The modules that run in production, but for generated migrations."""
    return [
        m for m in modules() if m.path.parts[0] in PACKAGES and "migrations" not in m.path.parts
    ]


def texts(*suffixes: str) -> Iterator[tuple[Path, str]]:
    """Path and text of the files with these suffixes; of all text files where none is given."""
    for path in tracked():
        if suffixes and path.suffix not in suffixes:
            continue
        try:
            yield path, (ROOT / path).read_text()
        except UnicodeDecodeError:
            continue  # an image or a sample record
