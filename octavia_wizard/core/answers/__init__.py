"""What the operator set: values, the preset format, reading and writing it."""
