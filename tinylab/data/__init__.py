"""Recordings, labels, subjects and runs: a project is one SQLite file."""
