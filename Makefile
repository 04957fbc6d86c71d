# spcheck: everything that a person or CI runs. `make demo` shows the main job
# on the embedded sandbox, `make test` passes all tests; both need Go alone. What
# makes pages and figures is a module of its own, in tools/.

GO      ?= go
BIN     := bin
TOOLS   := $(CURDIR)/$(BIN)/tools
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
LINT_VERSION := v2.15.0
VULN_VERSION := v1.9.0
NFPM_VERSION := v2.41.3
ACTIONLINT_VERSION := v1.7.7
GORELEASER_VERSION := v2.15.1
CYCLONEDX_VERSION := v1.10.0

# As releases are built: without the C library, which takes longer to load than all
# else before main. For every target, since the other setting compiles all packages anew.
export CGO_ENABLED ?= 0

.PHONY: page picture licences tools packages release-tools release-trial windows all build demo test race vet lint vuln clients generate fmt bench fuzz reliability clean

all: build

build: ## the binary, in bin/
	$(GO) build -o $(BIN)/ ./cmd/spcheck

demo: build ## the story of the README, on the sandbox
	-$(BIN)/spcheck sandbox -- $(BIN)/spcheck diagnose
	-$(BIN)/spcheck sandbox -- $(BIN)/spcheck list-secrets --sp MailStoreSP

test: ## all tests; twelve at a time, since many wait for answers that never come
	$(GO) test -parallel 12 -timeout 30m ./...
	$(GO) -C tools test -timeout 30m ./...

# The race detector needs it.
race: export CGO_ENABLED = 1
race: ## the packages' tests with the race detector (those of cmd/ run a program built without it)
	$(GO) test -race -short -timeout 30m ./internal/...

vet:
	$(GO) vet ./...
	$(GO) -C tools vet ./...

lint: $(TOOLS)/golangci-lint
	$(TOOLS)/golangci-lint run ./...
	cd tools && $(TOOLS)/golangci-lint run ./...

$(TOOLS)/golangci-lint:
	GOBIN=$(TOOLS) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)

vuln: $(TOOLS)/govulncheck
	./.ci/vuln $(TOOLS)/govulncheck

$(TOOLS)/govulncheck:
	GOBIN=$(TOOLS) $(GO) install golang.org/x/vuln/cmd/govulncheck@$(VULN_VERSION)

clients: ## other people's clients against the sandbox (Node from npm, Azure CLI where installed)
	cd testdata/clients && npm ci --no-audit --no-fund --ignore-scripts
	$(GO) test -count=1 -timeout 30m -run 'TestClient' ./cmd/spcheck

generate: ## schemas, reference pages, and the Go source of codes and translations
	$(GO) generate ./...

picture: build ## docs/demo.svg, the picture in the README, from a real run
	-CLICOLOR_FORCE=1 COLUMNS=92 LANG=C.UTF-8 $(BIN)/spcheck sandbox -- $(BIN)/spcheck diagnose > $(BIN)/demo.ansi
	$(GO) run -C tools ./picture -prompt 'spcheck diagnose' -lines 25 < $(BIN)/demo.ansi > docs/demo.svg

page: ## docs/explain/index.html, which explains errors in a browser without a network
	$(GO) run -C tools ./page ../docs/explain/index.html

licences: ## docs/licences.md, the licences of all dependencies
	$(GO) run -C tools ./licences page ../docs/licences.md

packages: $(TOOLS)/nfpm ## deb and rpm, installed and removed again (needs dpkg and rpm)
	PATH="$(TOOLS):$$PATH" packaging/test-packages.sh

tools: $(TOOLS)/nfpm $(TOOLS)/actionlint ## what the tests of packages and pipelines run

$(TOOLS)/nfpm:
	GOBIN=$(TOOLS) $(GO) install github.com/goreleaser/nfpm/v2/cmd/nfpm@$(NFPM_VERSION)

$(TOOLS)/actionlint:
	GOBIN=$(TOOLS) $(GO) install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION)

release-tools: $(TOOLS)/goreleaser $(TOOLS)/cyclonedx-gomod ## what makes a release; it takes some minutes to build, once

$(TOOLS)/goreleaser:
	GOBIN=$(TOOLS) $(GO) install github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)

$(TOOLS)/cyclonedx-gomod:
	GOBIN=$(TOOLS) $(GO) install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX_VERSION)

release-trial: release-tools ## a release of what is committed, made and looked at, published nowhere (ALL=1: compiled for every system)
	PATH="$(TOOLS):$$PATH" packaging/test-release.sh

windows: ## the Windows binary, under Wine where there is one
	packaging/test-windows.sh

bench: ## docs/performance.md: everything measured side by side, in about five minutes
	mkdir -p $(BIN)
	$(GO) run -C tools ./bench > $(BIN)/performance.md
	mv $(BIN)/performance.md docs/performance.md
	$(GO) test -v -run TestRounds -bench Commands -benchtime 3x ./internal/session

FUZZTIME ?= 20000x

fuzz: ## every fuzz target: FUZZTIME=20000x inputs, or FUZZTIME=10m each
	.ci/fuzz $(FUZZTIME)

reliability: ## docs/reliability.md: leaks, faults, hostile tenants and load, thoroughly (up to an hour)
	.ci/reliability

fmt:
	gofmt -w cmd internal docs tools

clean:
	rm -rf $(BIN)
