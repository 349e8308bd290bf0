"""What is amiss in a document, as typed anomalies with their place."""
