"""What the user is doing: Qt-free, one thread, owns all state."""
