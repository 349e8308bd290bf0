"""From entries of the ledger to mail: what is said, how it is composed, how it leaves."""
