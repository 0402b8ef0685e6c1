"""The `reads` stage."""
