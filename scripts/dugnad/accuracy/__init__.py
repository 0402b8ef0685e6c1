"""How many true variants are called, and how many calls are true."""
