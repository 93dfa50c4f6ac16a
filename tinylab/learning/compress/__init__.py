"""From float32 to int8; TensorFlow is imported only inside the worker process."""
