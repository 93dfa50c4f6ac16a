"""The emulated processor: its clock, its instructions and their cycles."""
