"""Takes that hold the same samples: copied, trimmed, shifted, or exported and imported again."""
