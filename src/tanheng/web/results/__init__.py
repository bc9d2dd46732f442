"""What the pages of results share: an assessment opened with what stands around it, the data of charts, what to do next."""
