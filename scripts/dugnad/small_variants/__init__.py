"""The `small_variants` stage."""
