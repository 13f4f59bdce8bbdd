"""Training, quantization, export and evaluation of Sightline's captioners."""
