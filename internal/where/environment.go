package where

import (
	"context"
	"strings"
)

// environment searches the environment of the run, which is that of the product
// where it is started as the product is: all of it, as NAME=value.
type environment []string

// name is that of --in.
func (environment) name() string { return "environment" }

// each gives the environment as one text; its variables have names and no lines.
func (e environment) each(_ context.Context, visit func(document), _ *tally) error {
	var b strings.Builder
	for _, entry := range e {
		name, value, ok := strings.Cut(entry, "=")
		if !ok || name == "" || strings.HasPrefix(name, "SPCHECK_READER_") {
			continue
		}
		b.WriteString(setting(name, value))
	}
	visit(document{Text: b.String()})
	return nil
}

// setting is a name with its value as a line of a document.
func setting(name, value string) string {
	value = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`).Replace(value)
	return name + `="` + value + "\"\n"
}
