"""What a run cost, and what to ask for next time."""
