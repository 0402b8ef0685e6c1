"""The deck for the board: slides of native tables and shapes, all of which can be edited."""
