"""From a graph to a program: operators become kernel calls."""
