package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/redact"
)

// typedKey is the key of the command line in a context.
type typedKey struct{}

// withTyped keeps the command line for errors that repeat a part of it. Parsed flags do
// not tell all of it: some have a value that cannot be read back.
func withTyped(ctx context.Context, args []string) context.Context {
	return context.WithValue(ctx, typedKey{}, args)
}

// retyped returns the command line that was typed with another value of a flag, and
// without the words that belong to no flag.
func retyped(cmd *cobra.Command, name, value string) commandline.Words {
	line := append(commandline.Words(strings.Fields(cmd.CommandPath())), name, value)
	var args []string
	if ctx := cmd.Context(); ctx != nil {
		args, _ = ctx.Value(typedKey{}).([]string)
	}
	for i, word := range flagWords(cmd.Flags(), args) {
		flag, value, joined := strings.Cut(word, "=")
		if !strings.HasPrefix(word, "-") || flag == name {
			continue
		}
		if valueFollows(cmd.Flags(), word) && i+1 < len(args) {
			line = append(line, repeatable(word), repeatable(args[i+1]))
		} else if joined {
			line = append(line, flag+"="+repeatable(value))
		} else {
			line = append(line, repeatable(word))
		}
	}
	return line
}

// repeatable returns a word of the command line, or a placeholder if it may be a secret.
func repeatable(word string) string {
	if redact.LooksSecret(word) || errorLike().MatchString(word) {
		return "VALUE"
	}
	return word
}
