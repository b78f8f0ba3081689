"""The screens; each makes one call into the model."""
