"""Small networks and .tflite files made without TensorFlow, for benchmarks and tests."""
