"""What a record says of itself: number, date, agency, kind, subject, signer, by its layout.

Source: Decree 30/2020/NĐ-CP, annex I (layout) and annex VI, part II (fields).
"""

from ocr_pipeline.metadata.describe import describe_pages

__all__ = ["describe_pages"]
