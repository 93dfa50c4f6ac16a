"""The page Explore: what the takes look like to a network, before anything is trained."""
