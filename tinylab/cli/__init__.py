"""The command line: thin words over the workflow."""
