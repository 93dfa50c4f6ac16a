"""The one process that owns TensorFlow, and the typed messages it speaks."""
