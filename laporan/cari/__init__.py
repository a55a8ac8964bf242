"""Finding reports: words (`kata`), the index (`indeks`), what a person asks (`pertanyaan`)."""
