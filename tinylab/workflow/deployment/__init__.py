"""From a trained run to a board that is proven to compute it."""
