"""A panel's rules for copy numbers."""

from dugnad.border import Model


class CopyNumberRules(Model):
    """When a gene is amplified, lost or neither, and what depth is held against."""
