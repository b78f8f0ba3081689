"""Pure cores of the record: no database, no models, no clock."""
