"""Model to C to image to proof."""
