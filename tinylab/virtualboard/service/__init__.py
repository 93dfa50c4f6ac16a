"""The virtual board as a process: cable, drive, control channel, and the client that starts it."""
