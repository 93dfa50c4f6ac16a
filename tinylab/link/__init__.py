"""Bytes on a wire: frames, typed messages, transports and the reader thread."""
