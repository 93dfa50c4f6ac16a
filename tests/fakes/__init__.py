"""Stand-ins with behaviour of their own: they speak the real protocol and fail on command."""
