"""Names that people gave to files: kept for people, made harmless for everything else."""

import unicodedata

MAX_CHARS = 200
MAX_ENDING_CHARS = 10
_HARMFUL = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}  # control, bidi overrides, surrogates, separators


def harmless(untrusted_name: str) -> str:
    """The last part of a path in NFC, without control and direction characters, at most 200 long."""
    name = unicodedata.normalize("NFC", untrusted_name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(char for char in name if unicodedata.category(char) not in _HARMFUL)
    name = " ".join(name.split()).strip(". ")
    if len(name) <= MAX_CHARS:
        return name or "untitled"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > MAX_ENDING_CHARS:
        return name[:MAX_CHARS]
    return stem[: MAX_CHARS - len(ending) - 1] + "." + ending
