"""The console: the web page, served by the same process as the API it talks to."""
