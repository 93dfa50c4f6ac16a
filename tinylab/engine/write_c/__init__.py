"""From a program to the text of model.c and model.h."""
