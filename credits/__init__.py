"""What is owed: policies, exact arithmetic, runs, the ledger."""
