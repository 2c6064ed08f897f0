"""What a run leaves behind for people and machines: every report is made here, from results that are already judged."""
