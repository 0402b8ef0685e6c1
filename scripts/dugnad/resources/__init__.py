"""What others publish and we use: named, fetched, checked and kept with its release."""
