"""The embedded engine, in parts: its schema, its questions, its writer and readers."""

from search.engines.tantivy.engine import TantivyEngine

__all__ = ["TantivyEngine"]
