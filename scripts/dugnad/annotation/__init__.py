"""The `annotation` stage."""
