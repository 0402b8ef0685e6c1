"""A panel's rules for fusions, splice variants and other rearrangements."""

from dugnad.border import Model


class RearrangementRules(Model):
    """Which rearrangements are looked for, and how much evidence they need."""
