"""What can be plugged in, where it is found, and how an image gets there."""
