"""Programs that live on without the wizard: started, found again, told apart, ended."""
