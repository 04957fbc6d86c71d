//go:build !windows

package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
)

// A file that every user may write says whom to diagnose, and nothing that is
// obeyed.
func TestAFileThatOthersMayWriteIsNotObeyed(t *testing.T) {
	for text, refused := range map[string]bool{
		"profiles: {p: {tenant: contoso.onmicrosoft.com, clientSecret: {env: X}}}": false,
		"profiles: {p: {clientSecret: {command: [cat, x]}}}":                       true,
		"profiles: {p: {certificatePassword: {command: [cat, x]}}}":                true,
		"profiles: {p: {authorityHost: https://login.example.com}}":                true,
		"profiles: {p: {graphEndpoint: https://graph.example.com}}":                true,
		"profiles: {p: {caFile: ca.pem}}":                                          true,
		"exclude: [{app: x, reason: y}]":                                           true,
		"profiles: {p: {notify: [{env: X}]}}":                                      true,
		"profiles: {p: {failOn: never}}":                                           true,
	} {
		path := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		open := func(path string) (*config.File, error) {
			return config.OpenFile(config.Flags{"config": path}, func(string) (string, bool) { return "", false })
		}
		if _, err := open(path); err != nil {
			t.Errorf("%s, of this user: %v", text, err)
		}
		if err := os.Chmod(path, 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := open(path)
		var failure *fail.Error
		if (err != nil) != refused || err != nil && (!errors.As(err, &failure) || failure.Code != fail.CodeUsage || len(failure.Hints) == 0) {
			t.Errorf("%s, of everybody: %v", text, err)
		}
	}
}
