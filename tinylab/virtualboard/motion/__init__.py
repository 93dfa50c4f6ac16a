"""How the virtual board is moved: simulated motion, and synthetic gestures to play."""
