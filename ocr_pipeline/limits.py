"""How much one file may cost: bytes, pages, pixels, memory, time, output."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job in the sandbox may use; settings may name others."""

    pages: int = 5_000
    page_pixels: int = 120_000_000  # an A0 plan at 200 dpi has 62 million
    memory_bytes: int = 2 * 1024**3  # address space of one child
    cpu_s: int = 300
    wall_s: float = 600.0
    output_bytes: int = 512 * 1024**2
    processes: int = 64
