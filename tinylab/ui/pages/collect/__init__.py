"""The page Collect: the signal, the takes, and the panel for the next take."""
