"""The one way out for requests: vetted addresses, bounded time and size."""
