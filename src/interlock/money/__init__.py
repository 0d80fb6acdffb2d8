"""Who owes, who can pay, who is paid."""
