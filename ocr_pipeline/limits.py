"""How much one file may cost: bytes, pages, pixels, memory, time, output."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job in the sandbox may use; settings may name others."""

    pages: int = 5_000
    page_pixels: int = 120_000_000  # an A0 plan at 200 dpi has 62 million
    unpacked_bytes: int = 512 * 1024**2  # of one office file, and of one stream of a PDF
    memory_bytes: int = 2 * 1024**3  # address space of one process; resident, of a whole job
    cpu_s: int = 300
    wall_s: float = 600.0
    output_bytes: int = 512 * 1024**2
    output_files: int = 20_000
    answer_bytes: int = 64 * 1024**2
    processes: int = 64
    open_files: int = 256
