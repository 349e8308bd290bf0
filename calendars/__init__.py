"""What goes out as iCalendar: event blocks, feeds, feed tokens."""
