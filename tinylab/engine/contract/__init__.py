"""The integer arithmetic that the generated C must equal in every bit, in numpy."""
