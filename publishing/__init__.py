"""The public face: everything that an anonymous reader sees."""
