"""The window: pages that show a workflow object and pass clicks to it."""
