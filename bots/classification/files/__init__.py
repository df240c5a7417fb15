"""Files that people attach, judged in a process of their own."""
