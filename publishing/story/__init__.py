"""What a page tells of an entry, worked out from the record: no request, no file."""
