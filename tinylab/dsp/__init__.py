"""Windows and features: each feature names its Python function and its C twin."""
