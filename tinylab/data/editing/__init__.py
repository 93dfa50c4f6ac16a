"""Edits of a project: what can be done, how it is carried out, and the journal that takes it back."""
