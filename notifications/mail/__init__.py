"""Mail: how it is written, printed, carried, and what comes back."""
