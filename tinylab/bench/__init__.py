"""Measurements of TinyLab itself: `tinylab bench …`."""
