"""What is known of alterations, and how it is written."""
