"""Where numbers come from: functions (`functions` has the table of them), files of data, and `.mid` files."""
