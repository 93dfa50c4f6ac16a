"""All windows of a project as points in a plane: alike lies near, and labels that are easy to tell apart lie apart."""
