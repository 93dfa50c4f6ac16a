"""Small functions from graph to graph, each of which keeps every output bit."""
