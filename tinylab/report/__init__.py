"""What the loop found out, written down for people and programs."""
