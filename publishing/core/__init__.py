"""Pure parts of the public face: no ORM, no clock, no request."""
