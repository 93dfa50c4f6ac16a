"""What a take holds, judged beside the other takes: does it move, is it whole, does it look like its label."""
