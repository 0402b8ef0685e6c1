"""Curation: what people judge of findings, read back from a workbook and kept in a log."""
