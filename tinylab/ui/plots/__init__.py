"""Pictures of signals, training and results."""
