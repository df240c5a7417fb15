"""What files say: texts out of documents, mail, archives and images, in a process of its own."""
