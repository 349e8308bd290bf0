"""From a draft to tables: agencies and people, tasks and duties, questions, and what the document offers."""
