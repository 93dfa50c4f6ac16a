"""Models that are no networks: learned by scikit-learn from features, without the worker, and compiled as networks are.

scikit-learn is imported where it is needed, as it is slow to import.
"""
