"""Files and directories: durable writes, safe reading, walking, owners."""
