"""How an image gets onto a board, one file for each road."""
