"""The `interpretation` stage."""
