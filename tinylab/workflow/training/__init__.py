"""From takes to windows to a trained run with its figures."""
