"""What the environment may say: one place that names every variable."""

import os
import secrets
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


def text(name: str, default: str) -> str:
    """The variable `VANKHO_<name>`, or the default where it is unset or empty."""
    return os.environ.get(f"VANKHO_{name}") or default


def number(name: str, default: int) -> int:
    """A whole number; a wrong value stops the start with a readable error."""
    value = text(name, str(default))
    if not value.isdecimal():
        raise SystemExit(f"VANKHO_{name} must be a whole number, not {value!r}")
    return int(value)


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes, on."""
    return text(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def listed(name: str, default: str = "") -> list[str]:
    """A comma separated list without empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def data_directory() -> Path:
    """Where all state lives: `VANKHO_DATA`, by default `data` beside manage.py."""
    path = Path(text("DATA", str(BASE_DIR / "data"))).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def private(path: Path) -> str:
    """The path of a file that only its owner reads, made empty in its directory: SQLite keeps the mode it finds."""
    if path.parent.is_dir() and not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    return str(path)


def secret(path: Path) -> str:
    """A secret kept in a file that only its owner reads; made on first use, by one process only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    return path.read_text().strip()
