"""The board at the other end: connection, the virtual board and what moves it, live decisions."""
