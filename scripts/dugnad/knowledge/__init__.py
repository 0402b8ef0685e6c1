"""What is known of alterations, and how it is written."""

from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[3] / "resources" / "knowledge"
"""The knowledge that comes with Dugnad."""
