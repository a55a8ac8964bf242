"""The roster of a post as an Excel file that people change and send back."""
