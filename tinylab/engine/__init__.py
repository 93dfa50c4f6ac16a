"""A .tflite file becomes a typed graph, a memory plan and C; knows neither TensorFlow nor boards."""
