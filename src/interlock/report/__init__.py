"""What a run says, to hand on: a page that opens anywhere, and a workbook."""
