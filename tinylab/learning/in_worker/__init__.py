"""What needs TensorFlow at once when it is imported: the training loop. Only the worker process imports it."""
