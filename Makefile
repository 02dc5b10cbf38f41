# `make` lists the targets. Only `lint` downloads anything beyond the module's own
# dependencies, and only `race` needs a C compiler.

GO       ?= go
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
FUZZTIME ?= 60s
BENCH    ?= .
# How many times the kill test kills the process; the test reads it.
KILL_ROUNDS ?= 100
# How many members `make mattermost` creates beside the named ones; with BARE=1 it does
# not start Greffier.
MEMBERS  ?= 0
# How long `make soak-mattermost` takes for a day.
SOAK     ?= 10m
# Requests to Discord's double are held against Discord's own description where it is.
export DISCORD_OPENAPI ?= $(abspath $(wildcard ../shared/discord/openapi.json))
LINT     := $(GO) tool -modfile=tools/lint/go.mod

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: test
test: ## run every test, conversations included
	$(GO) test ./...

.PHONY: race
race: ## run every test under the race detector (needs gcc)
	CGO_ENABLED=1 $(GO) test -race -timeout 30m ./...

.PHONY: conversations
conversations: ## run the golden conversations alone
	@tools/run-named.sh '^TestConversation' -v

.PHONY: kill
kill: ## kill the process KILL_ROUNDS times in the middle of its work and look for losses
	@KILL_ROUNDS=$(KILL_ROUNDS) tools/run-named.sh '^TestKill' -count=1 -v -timeout 20m

.PHONY: lint
lint: ## run the linters and check the formatting
	$(LINT) golangci-lint run ./...

.PHONY: format
format: ## format every Go file
	$(LINT) gofumpt -w .

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME (60s), two at a time
	@FUZZTIME=$(FUZZTIME) tools/fuzz.sh

.PHONY: bench
bench: ## measure what is promised; prints the table of docs/performance.md (half an hour)
	$(GO) run ./bench

.PHONY: bench-commands
bench-commands: ## time every command in five years of a large federation, made once (10 minutes)
	$(GO) run ./bench -dir build/bench-commands -only commands $(if $(QUICK),-quick)

.PHONY: bench-reminders
bench-reminders: ## measure a hundred thousand reminders waiting, ten thousand due at once (3 minutes)
	$(GO) run ./bench -dir build/bench-reminders -only reminders

.PHONY: microbench
microbench: ## run the packages' own benchmarks that match BENCH
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

.PHONY: bench-tally
bench-tally: ## count a million ballots over 20 options with each method, on one core
	GOMAXPROCS=1 $(GO) test -run '^$$' -bench 'Million|Read' -benchtime 3x ./bot/votes/tally/...

.PHONY: build
build: ## build the static binary build/greffier
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o build/greffier .

.PHONY: mattermost
mattermost: ## bring up a throw-away Mattermost with MEMBERS more members, and Greffier on it
	@cd tools/mattermost && $(GO) run . -members $(MEMBERS) $(if $(BARE),-bare) up

.PHONY: mattermost-down
mattermost-down: ## stop that server and throw it away
	@cd tools/mattermost && $(GO) run . down

.PHONY: e2e-mattermost
e2e-mattermost: ## run the tests that need a real Mattermost, on a server of their own
	@tools/mattermost/e2e.sh

.PHONY: bench-mattermost
bench-mattermost: ## measure presses and commands on a real Mattermost beside a reference (5 minutes)
	@MEMBERS=100 tools/mattermost/with.sh $(GO) run ./bench -only presses,slash $(if $(QUICK),-quick)

.PHONY: soak-mattermost
soak-mattermost: ## look whether Greffier grows over a day on a real Mattermost, in SOAK (10m)
	@MEMBERS=100 tools/mattermost/with.sh $(GO) run ./bench -only soak -soak $(SOAK)

.PHONY: bench-discord
bench-discord: ## measure a thousand members pressing at once on a Discord of our own, and memory (5 minutes)
	$(GO) run ./bench -dir build/bench-discord -only discord-presses,discord-memory,discord-guilds $(if $(QUICK),-quick)

.PHONY: soak-discord
soak-discord: ## let everything go wrong at random on a Discord of our own for SOAK (5m), and kill Greffier KILLS (10) times
	DISCORD_SOAK=$(if $(filter 10m,$(SOAK)),5m,$(SOAK)) DISCORD_KILLS=$(or $(KILLS),10) $(GO) test -run '^TestDiscordSoak$$' -count=1 -v -timeout 20m .

.PHONY: docker-stages
docker-stages: ## do what the Dockerfile does, without Docker, and try the result (needs root)
	@tools/docker-stages.sh

.PHONY: clean
clean: ## remove what was built
	@if [ -d build/mattermost ]; then $(MAKE) --no-print-directory mattermost-down; fi
	rm -rf build
