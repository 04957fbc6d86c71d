package main

import (
	"os"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/redact"
)

// secretVariables are those in which spcheck itself is given secrets.
var secretVariables = []string{"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PASSWORD",
	"SPCHECK_READER_CLIENT_SECRET", "SPCHECK_READER_CLIENT_CERTIFICATE_PASSWORD"}

// takeEnvironment returns the environment, and one for the programs that spcheck
// starts. The secrets are taken out of both the latter and the process's own, which
// the Azure SDK hands to Azure CLI: what asks a vault or a cloud for something has
// a sign-in of its own.
func takeEnvironment() (env config.Env, children []string) {
	taken := map[string]string{}
	for _, name := range secretVariables {
		if value, ok := os.LookupEnv(name); ok {
			redact.Hide(value)
			taken[name] = value
			_ = os.Unsetenv(name) // what cannot be unset is left out of children all the same
		}
	}
	env = func(name string) (string, bool) {
		if value, ok := taken[name]; ok {
			return value, true
		}
		return os.LookupEnv(name)
	}
	children = slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		_, secret := taken[name]
		return secret
	})
	return env, children
}
