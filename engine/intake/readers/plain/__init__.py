"""Text and Markdown: printed lines to paragraphs and to tables drawn in them."""
