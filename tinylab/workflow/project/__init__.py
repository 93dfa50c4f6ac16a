"""The open project: one door for changes, opening, importing, the board it is made for."""
