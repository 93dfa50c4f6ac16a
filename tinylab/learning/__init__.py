"""Model families and how they learn; Keras is imported only inside the worker process."""
