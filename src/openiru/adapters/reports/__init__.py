"""Renderers of a report: text, JSON, CSV, HTML. Same report and language, same bytes.

Each is a class with ``name``, ``suffix``, ``media_type`` and ``render(report, language="en") -> bytes``.
"""
