"""A document to a draft: read, understand, and ask about the rest; nothing here touches the database but `loading`."""
