"""The parts of an office file: a ZIP archive that is weighed before anything in it is unpacked."""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, Self
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from dms.errors import Invalid
from ocr_pipeline.limits import Limits
from ocr_pipeline.refusals import Bomb, Damaged, Encrypted

MAX_PARTS = 20_000
SMALL_BYTES = 10 * 1024**2  # below this no ratio is suspicious
MAX_RATIO = 200  # sheets of numbers reach about 50
MAX_DEPTH = 200
ENCRYPTED = 0x1  # a flag of a part
CHUNK_BYTES = 65_536
NOTHING: Mapping[str, str] = MappingProxyType({})


class ForbiddenXml(Invalid):
    """The file holds a document type or entities, which no office document needs."""

    code = "forbidden_xml"


class TooDeep(Invalid):
    """The file is nested more deeply than any real document."""

    code = "too_deep"


class Event(NamedTuple):
    """The `start` or `end` of an element with this name, or `text`, which then stands as the name."""

    kind: str
    name: str
    attributes: Mapping[str, str]


class Parts:
    """An opened archive; parts are read as streams of XML events."""

    def __init__(self, path: Path, limits: Limits) -> None:
        try:
            self.archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Damaged from error
        self.names = {info.filename: info for info in self.archive.infolist()}
        self.weigh(path.stat().st_size, limits)

    def weigh(self, file_bytes: int, limits: Limits) -> None:
        """Refuse what would unpack to too much. Raises: Bomb, Encrypted."""
        infos = self.archive.infolist()
        if any(info.flag_bits & ENCRYPTED for info in infos):
            raise Encrypted
        packed = sum(info.compress_size for info in infos)
        unpacked = sum(info.file_size for info in infos)
        overlapping = packed > file_bytes
        if len(infos) > MAX_PARTS or unpacked > limits.unpacked_bytes or overlapping:
            raise Bomb
        if unpacked > SMALL_BYTES and unpacked > MAX_RATIO * max(packed, 1):
            raise Bomb

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_about: object) -> None:
        self.archive.close()

    def matching(self, *beginnings: str) -> list[str]:
        """Names of XML parts that begin so, in order of their numbers."""
        found = [n for n in self.names if n.startswith(beginnings) and n.endswith(".xml")]
        return sorted(found, key=lambda name: (len(name), name))

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a part; none of one that is not there."""
        if name not in self.names:
            return b""
        with translating_errors(), self.archive.open(name) as part:
            return part.read(size)

    def events(self, name: str) -> Iterator[Event]:
        """What stands in a part, in document order; nothing of it is kept.

        Raises: Damaged, ForbiddenXml, TooDeep.
        """
        if name not in self.names:
            return
        seen = Events()
        parser = ElementTree.XMLParser(target=seen, forbid_dtd=True)
        with translating_errors(), self.archive.open(name) as part:
            while chunk := part.read(CHUNK_BYTES):
                parser.feed(chunk)
                yield from seen.taken()
            parser.close()
        yield from seen.taken()


class Events:
    """What the XML parser calls; gathers events until they are taken."""

    def __init__(self) -> None:
        self.gathered: list[Event] = []
        self.depth = 0

    def taken(self) -> list[Event]:
        """The events since the last time."""
        taken, self.gathered = self.gathered, []
        return taken

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooDeep
        self.gathered.append(
            Event("start", local(tag), {local(key): value for key, value in attributes.items()})
        )

    def data(self, text: str) -> None:
        self.gathered.append(Event("text", text, NOTHING))

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.gathered.append(Event("end", local(tag), NOTHING))

    def close(self) -> None:
        """The part has ended."""


@contextmanager
def translating_errors() -> Iterator[None]:
    """What ZIP and XML raise, as what it means."""
    try:
        yield
    except DefusedXmlException as error:
        raise ForbiddenXml from error
    except (
        ParseError,
        zipfile.BadZipFile,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
    ) as error:
        raise Damaged from error
    except Exception as error:
        if type(error).__module__ in {"zlib", "_lzma", "lzma"}:
            raise Damaged from error
        raise


def local(name: str) -> str:
    """A name without its name space (strict and transitional documents differ in it)."""
    return name.rpartition("}")[2]
