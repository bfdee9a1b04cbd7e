"""A searchable PDF/A-2b of a scan: its own images, and the words that were read, invisible above them."""

from ocr_pipeline.pdfa.make import make_pdfa

__all__ = ["make_pdfa"]
