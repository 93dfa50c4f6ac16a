"""Recording takes, at the rate and range that were chosen."""
