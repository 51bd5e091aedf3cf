"""Files over HTTP: uploads streamed in, files streamed out."""
