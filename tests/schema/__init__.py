"""schemathesis asks the running server what its own OpenAPI document says it can be asked, rightly and wrongly."""
