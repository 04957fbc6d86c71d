package where

import (
	"context"
	"strings"
)

// Environment searches the environment of the run, which is that of the product
// where it is started as the product is.
type Environment struct {
	// Entries are all of it, as NAME=value.
	Entries []string
}

// Name is that of --in.
func (Environment) Name() string { return "environment" }

// Each gives the environment as one text; its variables have names and no lines.
func (e Environment) Each(_ context.Context, visit func(Document), _ *Log) error {
	var b strings.Builder
	for _, entry := range e.Entries {
		name, value, ok := strings.Cut(entry, "=")
		if !ok || name == "" || strings.HasPrefix(name, "SPCHECK_READER_") {
			continue
		}
		b.WriteString(setting(name, value))
	}
	visit(Document{Text: b.String()})
	return nil
}

// setting is a name with its value as a line of a document.
func setting(name, value string) string {
	value = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`).Replace(value)
	return name + `="` + value + "\"\n"
}
