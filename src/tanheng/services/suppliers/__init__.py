"""Use cases of requests to suppliers: asked by a link, answered without an account, returned or accepted."""
