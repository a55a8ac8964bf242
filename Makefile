# Dua perintah: `make run` dan `make test`. Selebihnya untuk pengembang.
SYSTEM_PYTHON ?= python3
PY := .venv/bin/python
PASANG := $(SYSTEM_PYTHON) -m posko.bootstrap
MAKEFLAGS += --no-print-directory

.PHONY: run test dev lock fmt bench audit clean pasang-uji chromium periksa

run:
	@$(PASANG) requirements.txt -m posko.serve demo

dev:
	@$(PASANG) requirements-dev.txt -m posko.serve dev

test: chromium pasang-uji periksa
	@$(PY) -m pytest -n 2 --dist worksteal

periksa: pasang-uji
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy posko piket laporan tests
	@find templates -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	@$(PY) -m bandit -q -c pyproject.toml -r posko piket laporan
	@$(PY) -m posko.embedded $(PY) manage.py makemigrations --check --dry-run
	@MODE=produksi ALLOWED_HOSTS=posko.example \
		SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') \
		JURNAL_KUNCI=k1:$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(40))') \
		$(PY) -m posko.embedded $(PY) manage.py check --deploy --fail-level WARNING --database default

pasang-uji:
	@$(PASANG) requirements-dev.txt

# Uji peramban memakai chromium Debian; bila tidak dapat dipasang, uji gagal dan tidak dilewati.
chromium:
	@command -v chromium >/dev/null || { \
		if [ "$$(id -u)" = 0 ]; then S=; elif sudo -n true 2>/dev/null; then S=sudo; else S=false; fi; \
		$$S apt-get -qq update && DEBIAN_FRONTEND=noninteractive $$S apt-get -qq install -y --no-install-recommends chromium >/dev/null; \
		command -v chromium >/dev/null || { \
			echo 'Uji peramban memerlukan chromium; pasang dengan: apt-get install chromium' >&2; exit 1; }; }

lock:
	@$(SYSTEM_PYTHON) -m venv .venv/kunci && .venv/kunci/bin/python -m pip install -q uv
	@.venv/kunci/bin/uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --custom-compile-command 'make lock' -o requirements.txt
	@.venv/kunci/bin/uv pip compile pyproject.toml -q --extra dev -c requirements.txt --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -o requirements-dev.txt

fmt: pasang-uji
	@$(PY) -m ruff check --fix -q . ; $(PY) -m ruff format .
	@find templates -name '*.html' -exec .venv/bin/djade --target-version 5.2 {} + || true

# Sebagian saja: make bench UKUR="--sizes 10000 --pages daftar --viewers provinsi"
bench: pasang-uji
	@$(PY) -m tests.bench.run $(UKUR)

audit: pasang-uji chromium
	@command -v npm >/dev/null || { echo 'Audit memerlukan Node.js 18 ke atas; pasang dengan: apt-get install npm' >&2; exit 1; }
	@cd tests/audit && npm ci --silent --no-audit --no-fund
	@$(PY) -m tests.audit.run

# Menghapus yang dapat dibuat lagi. Data di .data tetap ada.
clean:
	@rm -rf .venv staticfiles tests/audit/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
