"""How a project lies in its file: connection, tables, versions, and who may write."""
