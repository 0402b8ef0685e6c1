"""The copy_number stage: gains, losses, LOH and purity."""
