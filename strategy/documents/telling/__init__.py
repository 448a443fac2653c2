"""What each kind of document tells: from the row that it is about to chapters."""
