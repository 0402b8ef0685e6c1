"""The `qc` stage."""
