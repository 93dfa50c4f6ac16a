"""Splits, metrics and baselines: what a result is worth."""
