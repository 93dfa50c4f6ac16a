"""The log, what it remembers of faults, and the report that a user can send."""
