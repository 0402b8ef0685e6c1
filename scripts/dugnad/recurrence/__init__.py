"""How often each small variant is seen, over runs."""
