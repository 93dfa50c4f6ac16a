"""Programs that drive the window: pictures and measurements."""
